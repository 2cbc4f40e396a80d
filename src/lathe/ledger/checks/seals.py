"""The chain: every seal follows from the one before, none is missing, and every transaction is sealed or waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max

from lathe.basics import chain
from lathe.ledger.checks.findings import Finding
from lathe.ledger.links import Content, Invoice
from lathe.ledger.models import Period, Seal, Transaction


class _Row(NamedTuple):
    """A seal with what its transaction says; the order is that of `_COLUMNS`."""

    seq: int
    sealed_digest: str
    series: str
    number: int | None
    id: UUID
    key: str
    digest: str
    occurred_at: datetime
    booked_at: datetime
    recorded_at: datetime

    def content(self) -> Content:
        invoice = Invoice(self.series, self.number) if self.number is not None else None
        moments = (self.occurred_at, self.booked_at, self.recorded_at)
        return Content(self.seq, self.id, self.key, self.digest, *moments, invoice)


_COLUMNS = (
    *("seq", "digest", "series", "number"),
    *(f"transaction__{name}" for name in ("id", "key", "digest", "occurred_at", "booked_at", "recorded_at")),
)


def findings() -> Iterator[Finding]:
    """The first break of the chain, gaps of invoice numbers, and transactions that are neither sealed nor waiting."""
    yield from _first_break()
    yield from _gaps()
    yield from _anchors()
    yield from _forgotten()


def _first_break() -> Iterator[Finding]:
    before = chain.GENESIS
    rows = (_Row(*row) for row in Seal.objects.order_by("seq").values_list(*_COLUMNS).iterator(chunk_size=5000))
    for place, row in enumerate(rows, start=1):
        if row.seq != place:
            yield Finding(
                "chain", f"seal {place}", f"The chain breaks at seal {place}: it, or its transaction, is gone."
            )
            return
        if row.content().link(before) != row.sealed_digest:
            sentence = (
                f"The chain breaks at seal {place}, transaction {row.key}: it, or the seal before it, was changed."
            )
            yield Finding("chain", f"seal {place}", sentence)
            return
        before = row.sealed_digest


def _gaps() -> Iterator[Finding]:
    numbered = Seal.objects.exclude(series="").values_list("series").annotate(count=Count("seq"), last=Max("number"))
    for series, count, last in numbered.order_by("series"):
        if count != last:
            sentence = f"The invoices {series} have numbers up to {last}, but there are {count}: some are missing."
            yield Finding("invoice", series, sentence)


def _anchors() -> Iterator[Finding]:
    """A chain that was made anew from the beginning fits itself, but not the heads that closed periods hold."""
    for period in Period.objects.order_by("first_day"):
        known = Seal.objects.filter(seq=period.head_seq, digest=period.head_digest).exists()
        if period.head_seq and not known:
            sentence = f"The period {period} closed on seal {period.head_seq}, which says something else now."
            yield Finding("anchor", str(period), sentence)


def _forgotten() -> Iterator[Finding]:
    lost = Transaction.objects.filter(seal__isnull=True, unsealed__isnull=True)
    for key in lost.values_list("key", flat=True).iterator():
        yield Finding("unqueued", key, f"The transaction {key} is not sealed and does not wait for it.")
    twice = Transaction.objects.filter(seal__isnull=False, unsealed__isnull=False)
    for key in twice.values_list("key", flat=True).iterator():
        yield Finding("unqueued", key, f"The transaction {key} is sealed and waits for it all the same.")
