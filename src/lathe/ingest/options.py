"""What the operator says on the command line about a whole import."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lathe.basics.money import Money
from lathe.ingest.errors import IngestError
from lathe.ingest.notes import GrantTerms

DEFAULT_SHARE = Fraction(7, 10)
"""What a label is owed of the net price where nobody says otherwise."""


@dataclass(frozen=True)
class Prices:
    """Prices for every track alone; those of the release default to the track's, times its tracks."""

    track: Money
    release: Money | None = None
    floor: Money | None = None
    wholesale: Money | None = None


@dataclass(frozen=True)
class Options:
    """Words that come before those of sidecars and tags. Empty values leave the word to them."""

    label: str = ""
    grant: GrantTerms | None = None
    prices: Prices | None = None
    share: Fraction | None = None

    def __post_init__(self) -> None:
        if self.grant and not self.label:
            raise IngestError("A grant needs the label that gives it: add --label NAME.")
        if self.prices:
            _check(self.prices)


def _check(prices: Prices) -> None:
    """Refuse amounts of several currencies and a price below its floor. Raises IngestError."""
    for name, amount in (
        ("release price", prices.release),
        ("floor", prices.floor),
        ("wholesale price", prices.wholesale),
    ):
        if amount and amount.currency != prices.track.currency:
            raise IngestError(
                f"The {name} is in {amount.currency} and the price in {prices.track.currency}; use one currency."
            )
    if prices.floor and prices.track < prices.floor:
        raise IngestError(f"The price {prices.track} lies below the floor {prices.floor}.")
