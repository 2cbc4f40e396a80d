"""The record that tax law wants kept for ten years: one row for each posting of a sale or of what undoes one.

It holds countries and opaque ids, no names. The database refuses to change it, and to remove it before its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from django.db.models import Sum

from lathe.basics import clock
from lathe.ledger.models import TaxRecord, Transaction

KEPT_YEARS = 10


@dataclass(frozen=True)
class Supply:
    """What was supplied, or taken back (then amounts are negative): `evidence` maps signs of the place to countries."""

    order_uid: UUID
    supplied_on: date
    country: str
    rate_bp: int
    currency: str
    net_micro: int
    tax_micro: int
    evidence: Mapping[str, str]


def kept_until(booked_on: date) -> date:
    """Ten years from the end of the year (Directive 2006/112/EC, art. 369k(2))."""
    return date(booked_on.year + KEPT_YEARS, 12, 31)


def keep(*, posted: Transaction, supply: Supply) -> TaxRecord:
    """Keep the record of a transaction, in the caller's transaction; one that is kept already stands."""
    booked_on = posted.booked_at.astimezone(UTC).date()
    kept, _ = TaxRecord.objects.get_or_create(
        transaction=posted,
        defaults={
            **vars(supply),
            "evidence": dict(supply.evidence),
            "booked_on": booked_on,
            "kept_until": kept_until(booked_on),
        },
    )
    return kept


def undo(*, posted: Transaction, order_uid: UUID) -> TaxRecord | None:
    """Keep the record of what undoes a whole order: the opposite of all kept for it; None where nothing was."""
    earlier = TaxRecord.objects.filter(order_uid=order_uid).exclude(transaction=posted)
    first = earlier.order_by("id").first()
    if first is None:
        return None
    sums = earlier.aggregate(net=Sum("net_micro"), tax=Sum("tax_micro"))
    supply = Supply(
        order_uid=order_uid,
        supplied_on=first.supplied_on,
        country=first.country,
        rate_bp=first.rate_bp,
        currency=first.currency,
        net_micro=-int(sums["net"]),
        tax_micro=-int(sums["tax"]),
        evidence=first.evidence,
    )
    return keep(posted=posted, supply=supply)


def forget() -> int:
    """Remove the records that need not be kept any more; returns how many."""
    count, _ = TaxRecord.objects.filter(kept_until__lt=clock.today()).delete()
    return count
