"""Reads about people."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lathe.accounts.errors import AccountError
from lathe.accounts.models import Person


def addresses(uids: Iterable[UUID]) -> dict[UUID, str]:
    """The e-mail addresses of people by their opaque ids; who deleted their account is not among them."""
    return dict(Person.objects.filter(uid__in=set(uids)).values_list("uid", "email"))


def by_email(email: str) -> Person:
    """The person behind an address. Raises AccountError where there is none."""
    found = Person.objects.filter(email=email.replace("\0", "").strip().lower()).first()
    if found is None:
        raise AccountError(f"Nobody here has the address {email!r}. Check how it is written.")
    return found
