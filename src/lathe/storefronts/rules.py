"""Price policy: pure decisions about what a cut costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lathe.basics.money import Money

MEGABYTE = 1_000_000


class Pricing(Enum):
    """How a storefront reckons prices: one price a track, or by the megabyte of body."""

    BY_TRACK = "track"
    BY_SIZE = "size"


class BelowCost(Enum):
    """What becomes of a sale whose price does not cover tax, royalties and the payment's fee."""

    REFUSE = "refuse"
    FLAG = "flag"


@dataclass(frozen=True)
class SizePrice:
    """What a megabyte of body costs, in minor units."""

    minor_per_megabyte: int
    currency: str


def price(*, pricing: Pricing, list_price: Money, floor: Money, body_bytes: int, size_price: SizePrice) -> Money:
    """Reckon what one cut costs, tax included.

    By track it is the deal's list price. By size it is body bytes × price, rounded up to the next minor unit.
    Neither ever falls below the deal's floor. Tags and cover are free: `body_bytes` counts audio alone.
    """
    if pricing is Pricing.BY_TRACK:
        asked = list_price
    else:
        minor = -(-body_bytes * size_price.minor_per_megabyte // MEGABYTE)
        asked = Money(minor, size_price.currency)
    return floor if asked < floor else asked
