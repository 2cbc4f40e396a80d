"""Background entry points of the books: the sealer, and the end of what need not be kept."""

from __future__ import annotations

from datetime import timedelta

from lathe.jobs import registry
from lathe.jobs.registry import Kind
from lathe.jobs.rules import Bounds
from lathe.ledger import sealing, tax_records


def seal(key: str) -> None:
    """Chain what was posted since the last time; key is empty."""
    sealing.seal()


def forget_tax_records(key: str) -> None:
    """Remove the tax records whose ten years are over; key is empty."""
    tax_records.forget()


registry.register(Kind("ledger.seal", seal, priority=5, every=timedelta(minutes=1), bounds=Bounds(seconds=3600)))
registry.register(Kind("ledger.forget_tax_records", forget_tax_records, priority=-10, every=timedelta(days=1)))
