"""An audit of the books from the outside: it trusts neither the guards nor the code that posts.

One file a subject, each with `findings`; they are gone through in the order of `_SUBJECTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from django.db import connection

from lathe.basics import chain
from lathe.ledger.checks import periods, postings, seals, tax_records, totals
from lathe.ledger.checks.findings import Finding, Report
from lathe.ledger.guards import guards
from lathe.ledger.models import Account, DayTotal, Period, Posting, Seal, TaxRecord, Transaction, Unsealed
from lathe.ledger.snapshot import snapshot

__all__ = ["Finding", "Report", "check"]

MOST = 1000
"""Findings in one report: past so many, the books are not what they were, and no list helps."""


def check() -> Report:
    """Look through the whole books, as they stand at one moment; sales go on meanwhile.

    Every guard must be in place. Every transaction must have two postings or more, sum to zero in each currency, say
    what its digest says, and be sealed or wait for it; every posting must belong to a transaction and to an account of
    its currency. The chain must be whole and the invoice numbers without gaps; day totals, balances of closed periods
    and tax records must be what the postings say, and nothing may have been booked in a closed period.
    """
    with snapshot():
        found = tuple(islice(_findings(), MOST))
        head = Seal.objects.order_by("-seq").first()
        return Report(
            accounts=Account.objects.count(),
            transactions=Transaction.objects.count(),
            postings=Posting.objects.count(),
            findings=found,
            guards=len(guards.names(connection)),
            seals=Seal.objects.count(),
            unsealed=Unsealed.objects.count(),
            day_totals=DayTotal.objects.count(),
            periods=Period.objects.count(),
            tax_records=TaxRecord.objects.count(),
            head=head.digest if head else chain.GENESIS,
        )


def _guards() -> Iterator[Finding]:
    for name in guards.missing(connection):
        yield Finding("guard", name, f"The guard {name} is not in place; `lathe doctor` says how to put it back.")


_SUBJECTS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _guards,
    postings.findings,
    seals.findings,
    totals.findings,
    periods.findings,
    tax_records.findings,
)


def _findings() -> Iterator[Finding]:
    for subject in _SUBJECTS:
        yield from subject()
