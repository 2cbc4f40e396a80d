"""Opening the books for a report: which postings it covers, and the heading that says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from lathe.basics import clock
from lathe.catalogue.models import Party
from lathe.ledger import accounts
from lathe.ledger import models as ledger
from lathe.ledger import queries as books
from lathe.reports.material import Correspondent, Heading
from lathe.reports.models import Issue, Particulars
from lathe.reports.rules import Month, Window
from lathe.reports.source import extract, sums
from lathe.reports.source.books import Books, Extract
from lathe.reports.source.sql import Account
from lathe.storefronts.models import Storefront

_TAXES = "liabilities:tax:"


@dataclass(frozen=True)
class Wanted:
    """A report that is asked for: on a party, or on the whole shop where `party` is None."""

    party: Party | None
    month: Month
    currency: str


def account_of(party_uid: UUID, currency: str) -> Account | None:
    """What the party is owed, as an account of the books; None where nothing was ever posted for it."""
    found = ledger.Account.objects.filter(code=accounts.payable(party_uid), currency=currency).first()
    if found is None:
        return None
    taxes = ledger.Account.objects.filter(code__startswith=_TAXES, currency=currency).order_by("id")
    return Account(found.id, party_uid, currency, tuple(taxes.values_list("id", flat=True)))


def last_posting() -> int:
    """How far the books go now, by the last posting's id."""
    return ledger.Posting.objects.aggregate(last=Max("id"))["last"] or 0


def settled_posting() -> int:
    """How far the books go with nothing under way below: no posting will appear later with an id up to this one.

    PostgreSQL hands out ids before commits, so writers are waited for and kept out for that moment.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE ledger_posting IN SHARE MODE")
        return last_posting()


def books_head() -> str:
    """The head of the books' chain: whoever keeps it can prove later that nothing before it was changed."""
    head = books.chain_head()
    return head.digest if head else ""


def draft(wanted: Wanted) -> AbstractContextManager[Books]:
    """The month as the books stand now."""
    return opened(wanted, Window.of_month(wanted.month, last_posting()), clock.now())


@contextmanager
def opened(wanted: Wanted, window: Window, at: datetime) -> Iterator[Books]:
    """The material of a report over a window. `at` is the moment it is made, written on it in whole seconds."""
    account = account_of(wanted.party.uid, wanted.currency) if wanted.party else None
    heading = _heading(wanted, window, account, at.replace(microsecond=0))
    if account is None:
        yield Books(heading, wanted.month, window, None)
        return
    with extract.extracted(window, account) as table:
        yield Books(heading, wanted.month, window, Extract(table, account))


def _heading(wanted: Wanted, window: Window, account: Account | None, at: datetime) -> Heading:
    front = Storefront.objects.order_by("id").first()
    return Heading(
        shop=_shop(front),
        party=_party(wanted.party) if wanted.party else Correspondent(""),
        month=str(wanted.month),
        first_day=wanted.month.first_day,
        last_day=wanted.month.last_day,
        currency=wanted.currency,
        made_at=at,
        number="",
        books_head=books_head(),
        opening_micro=sums.balance(account, window.seen_until, window.seen_cut) if account else 0,
        closing_micro=sums.balance(account, window.end, window.cut) if account else 0,
        language=front.language if front else "en",
    )


def last_issue(series: str, wanted: Wanted) -> Issue | None:
    """The newest issue of a series for the same party and currency."""
    uid = wanted.party.uid if wanted.party else None
    found = Issue.objects.filter(series=series, party_uid=uid, currency=wanted.currency)
    return found.order_by("-month").first()


def following(issue: Issue, window: Window) -> Window:
    """The window that begins where an issue ended."""
    covered = Month(issue.month.year, issue.month.month)
    return window.after(datetime.combine(covered.end.date(), time(), UTC), issue.last_posting)


def _shop(front: Storefront | None) -> Correspondent:
    known = Particulars.objects.filter(whom=Particulars.SHOP).first()
    return _correspondent(front.seller if front else "Lathe", known)


def _party(party: Party) -> Correspondent:
    known = Particulars.objects.filter(whom=str(party.uid)).first()
    return _correspondent(party.name, known, party.uid, party.slug)


def _correspondent(name: str, known: Particulars | None, uid: UUID | None = None, slug: str = "") -> Correspondent:
    if known is None:
        return Correspondent(name, "", uid, slug)
    return Correspondent(name, known.dpid, uid, slug, known.account_holder or name, known.iban, known.bic)
