"""Holds on stored bodies: what is being read is not evicted, by no process and on no node.

A hold is a moment in the body's row before which it may not go. Readers move it on while they read; who is killed
leaves one that runs out by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet

from lathe.basics import clock
from lathe.delivery.models import Rendition

LENGTH = timedelta(minutes=2)
RENEW_EVERY_S = 30.0


def begin(row: Rendition) -> bool:
    """Hold a stored body from now on for LENGTH, and note its use. False where it was evicted meanwhile."""
    now = clock.now()
    if row.held_until - now > LENGTH / 2:
        return True
    return bool(_stored([row.key]).update(held_until=now + LENGTH, used_at=now))


def keep_until(key: str, moment: datetime) -> bool:
    """Hold a stored body until a moment, for an address that is good until then. False where it is not stored."""
    later = _stored([key]).filter(held_until__lt=moment).update(held_until=moment, used_at=clock.now())
    return bool(later) or _stored([key]).exists()


def renew(keys: Collection[str]) -> None:
    """Hold bodies for another LENGTH."""
    until = clock.now() + LENGTH
    _stored(keys).filter(held_until__lt=until).update(held_until=until)


def _stored(keys: Collection[str]) -> QuerySet[Rendition]:
    return Rendition.objects.filter(key__in=list(keys), is_stored=True)
