"""Postings: each has its transaction and an account of its currency; each transaction balances and is unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from lathe.ledger import rules
from lathe.ledger.checks.findings import Finding
from lathe.ledger.entries import Entry
from lathe.ledger.models import Posting, Transaction


def findings() -> Iterator[Finding]:
    """What is wrong with postings and transactions."""
    yield from _orphans()
    yield from _without_postings()
    yield from _transactions()


def _orphans() -> Iterator[Finding]:
    """Postings without a transaction or account. A join by hand: the ORM's own would leave them out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, t.id IS NULL, a.id IS NULL FROM ledger_posting p"
            " LEFT JOIN ledger_transaction t ON t.id = p.transaction_id"
            " LEFT JOIN ledger_account a ON a.id = p.account_id WHERE t.id IS NULL OR a.id IS NULL"
        )
        for posting, no_transaction, no_account in cursor.fetchall():
            if no_transaction:
                yield Finding("orphan", str(posting), f"Posting {posting} belongs to no transaction.")
            if no_account:
                yield Finding("orphan", str(posting), f"Posting {posting} belongs to no account.")


def _without_postings() -> Iterator[Finding]:
    for key in Transaction.objects.filter(postings__isnull=True).values_list("key", flat=True):
        yield Finding("empty", key, f"The transaction {key} has no postings.")


class _Row(NamedTuple):
    """A posting with what its transaction and its account say; the order is that of `_COLUMNS`."""

    transaction_id: UUID
    key: str
    kind: str
    subject: str
    digest: str
    code: str
    account_kind: str
    account_currency: str
    currency: str
    amount_micro: int
    line: str
    booked_at: datetime
    booked_on: date
    rate: str
    rate_source: str
    rate_on: date | None


_COLUMNS = (
    "transaction_id",
    *(f"transaction__{name}" for name in ("key", "kind", "subject", "digest")),
    *(f"account__{name}" for name in ("code", "kind", "currency")),
    "currency",
    "amount_micro",
    "line",
    "transaction__booked_at",
    "booked_on",
    *(f"transaction__{name}" for name in ("rate", "rate_source", "rate_on")),
)


def _transactions() -> Iterator[Finding]:
    rows = Posting.objects.order_by("transaction_id").values_list(*_COLUMNS).iterator()
    for _, group in groupby((_Row(*row) for row in rows), key=attrgetter("transaction_id")):
        yield from _one(list(group))


def _one(rows: list[_Row]) -> Iterator[Finding]:
    first = rows[0]
    entries = [Entry(row.code, row.account_kind, row.currency, row.amount_micro, row.line) for row in rows]
    for currency, amount in rules.sums(entries).items():
        if amount:
            sentence = f"The transaction {first.key} sums to {amount} millionths of {currency}, not to zero."
            yield Finding("unbalanced", first.key, sentence)
    if len(rows) < 2:
        yield Finding("single", first.key, f"The transaction {first.key} has one posting only.")
    if any(row.currency != row.account_currency for row in rows):
        sentence = f"The transaction {first.key} has a posting on an account of another currency."
        yield Finding("currency", first.key, sentence)
    if any(row.booked_on != first.booked_at.date() for row in rows):
        yield Finding("day", first.key, f"The transaction {first.key} has a posting that is booked on another day.")
    if rules.digest(first.kind, first.subject, entries, _rate(first)) != first.digest:
        yield Finding("digest", first.key, f"The transaction {first.key} no longer says what was written.")


def _rate(row: _Row) -> tuple[str, ...]:
    return (row.rate, row.rate_source, row.rate_on.isoformat() if row.rate_on else "") if row.rate else ()
