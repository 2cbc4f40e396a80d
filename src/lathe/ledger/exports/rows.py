"""The books as exports read them: every posting with its transaction, in the order of booking, from one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from lathe.ledger.links import Invoice
from lathe.ledger.models import Posting


class Row(NamedTuple):
    """A posting with what its transaction, its account and its seal say; the order is that of `_COLUMNS`."""

    booked_on: date
    amount_micro: int
    currency: str
    line: str
    code: str
    id: UUID
    key: str
    kind: str
    subject: str
    occurred_at: datetime
    recorded_at: datetime
    rate: str
    rate_source: str
    rate_on: date | None
    seq: int | None
    series: str | None
    number: int | None

    @property
    def invoice(self) -> str:
        """The invoice's number; empty where it has none, or none yet."""
        return str(Invoice(self.series, self.number)) if self.series and self.number else ""


_TRANSACTION = ("id", "key", "kind", "subject", "occurred_at", "recorded_at", "rate", "rate_source", "rate_on")
_COLUMNS = (
    *("booked_on", "amount_micro", "currency", "line", "account__code"),
    *(f"transaction__{name}" for name in _TRANSACTION),
    *(f"transaction__seal__{name}" for name in ("seq", "series", "number")),
)


def rows() -> Iterator[Row]:
    """Every posting, oldest booking first; those of one transaction stand together."""
    found = Posting.objects.order_by("booked_on", "transaction__booked_at", "transaction_id", "position")
    return (Row(*row) for row in found.values_list(*_COLUMNS).iterator(chunk_size=5000))


def transactions() -> Iterator[list[Row]]:
    """The postings of each transaction, oldest booking first."""
    for _, group in groupby(rows(), key=attrgetter("id")):
        yield list(group)
