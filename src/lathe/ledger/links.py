"""What a seal covers, and the numbers of invoices. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from lathe.basics import chain

_SERIES = {"sale": "S", "refund": "C", "chargeback": "C", "true-up": "C"}
"""The letter of each kind of transaction that is an invoice (S) or corrects one (C)."""


@dataclass(frozen=True)
class Invoice:
    """The number of an invoice or a credit note: `series` is letter and year, `number` counts from 1 without gaps."""

    series: str
    number: int

    def __str__(self) -> str:
        return f"{self.series}-{self.number:06d}"


def series(kind: str, booked_on: date) -> str:
    """The series that numbers transactions of a kind; empty where they are no invoice: 'S2026', 'C2026'."""
    letter = _SERIES.get(kind)
    return f"{letter}{booked_on.year}" if letter else ""


@dataclass(frozen=True)
class Content:
    """What one seal says of a transaction; `digest` covers its kind, subject and entries."""

    seq: int
    id: UUID
    key: str
    digest: str
    occurred_at: datetime
    booked_at: datetime
    recorded_at: datetime
    invoice: Invoice | None = None

    def text(self) -> str:
        """The content as it goes into the chain: one line, the same on every engine."""
        moments = (
            moment.astimezone(UTC).isoformat() for moment in (self.occurred_at, self.booked_at, self.recorded_at)
        )
        return "\t".join((str(self.seq), str(self.id), self.key, self.digest, *moments, str(self.invoice or "")))

    def link(self, before: str) -> str:
        """The digest of this seal after the digest `before` it."""
        return chain.link(before, self.text())
