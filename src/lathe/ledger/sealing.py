"""The sealer: it chains committed transactions in batches, numbers the invoices among them, and adds up their days.

Settlement does not wait for it. It runs as a job, and whoever holds the digest of one seal can prove all before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from lathe.basics import chain, clock
from lathe.ledger import links, totals
from lathe.ledger.links import Content, Invoice
from lathe.ledger.models import Seal, Transaction, Unsealed

BATCH = 500
"""Transactions to one database transaction: large enough to be quick, small enough that a sale need not wait."""

_COLUMNS = ("id", "key", "digest", "occurred_at", "booked_at", "recorded_at")
_INSERT = (
    "INSERT INTO ledger_seal (seq, transaction_id, series, number, digest, sealed_at) VALUES (%s, %s, %s, %s, %s, %s)"
)
_Row = tuple[Any, ...]


def seal() -> int:
    """Seal all that is committed and waits; returns how many transactions. Several sealers at once take turns."""
    sealed = 0
    while count := seal_batch():
        sealed += count
    return sealed


@transaction.atomic
def seal_batch() -> int:
    """Seal the next transactions, in the order in which they were written; returns how many."""
    _take_turn()
    first = Seal.objects.order_by("-seq").first()
    before, seq = (first.digest, first.seq) if first else (chain.GENESIS, 0)
    made: list[_Row] = []
    numbers, now = _Numbers(), connection.ops.adapt_datetimefield_value(clock.now())
    for kind, *rest in _waiting():
        uid, key, digest, occurred_at, booked_at, recorded_at = rest
        seq += 1
        invoice = numbers.next(links.series(kind, booked_at.date()))
        before = Content(seq, uid, key, digest, occurred_at, booked_at, recorded_at, invoice).link(before)
        series, number = (invoice.series, invoice.number) if invoice else ("", None)
        made.append((seq, _raw(uid), series, number, before, now))
    if made:
        _write(made)
    return len(made)


def _waiting() -> list[_Row]:
    """What the next transactions say; in two steps, so that no planner looks through those that are sealed."""
    ids = list(Unsealed.objects.order_by("id").values_list("transaction_id", flat=True)[:BATCH])
    found = {row[1]: row for row in Transaction.objects.filter(id__in=ids).values_list("kind", *_COLUMNS)}
    return [found[uid] for uid in ids if uid in found]


def _raw(uid: UUID) -> UUID | str:
    return uid if connection.features.has_native_uuid_field else uid.hex


class _Numbers:
    """The next number of each series."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, series: str) -> Invoice | None:
        if not series:
            return None
        if series not in self._last:
            self._last[series] = Seal.objects.filter(series=series).aggregate(last=Max("number"))["last"] or 0
        self._last[series] += 1
        return Invoice(series, self._last[series])


def _write(made: Sequence[_Row]) -> None:
    span = (made[0][0], made[-1][0])
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, made)
    totals.add(*span)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM ledger_unsealed WHERE transaction_id IN"
            " (SELECT transaction_id FROM ledger_seal WHERE seq BETWEEN %s AND %s)",
            span,
        )


def _take_turn() -> None:
    """Wait for another sealer. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_seal IN SHARE ROW EXCLUSIVE MODE")
