"""Reads of the outbox."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from lathe.mail.models import Letter


def waiting() -> QuerySet[Letter]:
    """The letters that no mail server took yet, the one that waits longest first."""
    return Letter.objects.filter(sent_at__isnull=True).order_by("written_at", "id")


def waiting_keys() -> list[str]:
    """The keys of the letters that wait: each should have its job."""
    return list(waiting().values_list("key", flat=True))


def keyed(*, exactly: Collection[str], beginning: str) -> list[Letter]:
    """The letters with one of these keys or with a key that begins so, oldest first."""
    found = Letter.objects.filter(Q(key__in=exactly) | Q(key__startswith=beginning))
    return list(found.order_by("written_at", "id"))
