"""Statements: what the books owe a rights holder, explained sale by sale."""

from __future__ import annotations

from uuid import UUID

from lathe.catalogue.models import Party
from lathe.ledger import accounts
from lathe.ledger.models import Account, Posting
from lathe.reports import opening
from lathe.reports.errors import ReportError
from lathe.reports.opening import Wanted
from lathe.reports.rules import Month, Statement
from lathe.reports.source.books import Books


def party(name_or_uid: str) -> Party:
    """A party by name, slug or opaque id. Raises ReportError that names those there are."""
    found = Party.objects.filter(slug=name_or_uid).first() or Party.objects.filter(name__iexact=name_or_uid).first()
    if found is None and _is_uid(name_or_uid):
        found = Party.objects.filter(uid=name_or_uid).first()
    if found is None:
        known = ", ".join(Party.objects.order_by("name").values_list("name", flat=True)[:20]) or "none yet"
        raise ReportError(f"There is no rights holder {name_or_uid!r}. There are: {known}.")
    return found


def currencies(holder: Party) -> list[str]:
    """The currencies in which a party has an account, in order."""
    code = accounts.payable(holder.uid)
    return list(Account.objects.filter(code=code).order_by("currency").values_list("currency", flat=True))


def months(holder: Party, currency: str) -> list[Month]:
    """The months in which something was posted for a party, newest first."""
    found = Posting.objects.filter(account__code=accounts.payable(holder.uid), currency=currency)
    days = found.dates("booked_on", "month")
    return sorted({Month(day.year, day.month) for day in days}, reverse=True)


def statement(holder: Party, month: Month, currency: str, limit: int | None = None) -> Statement:
    """The statement of a month as the books stand: every posting of the party's account, and the balances around them.

    `limit` bounds the lines that are listed; the sums count all. Raises ReportError if it did not equal the ledger.
    """
    with opening.draft(Wanted(holder, month, currency)) as books:
        return of(holder, books, limit)


def of(holder: Party, books: Books, limit: int | None = None) -> Statement:
    """The statement that a party's books come to."""
    return Statement(
        party_uid=holder.uid,
        party=holder.name,
        month=books.month,
        currency=books.heading.currency,
        opening_micro=books.heading.opening_micro,
        closing_micro=books.heading.closing_micro,
        sums=books.sums(),
        lines=books.first_items(limit),
    )


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
