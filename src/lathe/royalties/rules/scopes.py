"""Where a rule holds, and which of several holds most: the most specific, in an order that is fixed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lathe.basics.territory import TerritorySet


@dataclass(frozen=True)
class Ask:
    """Where, how, through which storefront (its code), on which day and in which currency something is sold."""

    territory: str
    use: str
    storefront: str
    day: date
    currency: str


@dataclass(frozen=True)
class Scope:
    """Where a rule holds. What is left empty holds everywhere; days are inclusive."""

    territories: TerritorySet = field(default_factory=TerritorySet)
    storefronts: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    starts_on: date | None = None
    ends_on: date | None = None

    def covers(self, ask: Ask) -> bool:
        """Whether the rule holds for what is asked."""
        return (
            ask.territory in self.territories
            and (not self.storefronts or ask.storefront in self.storefronts)
            and (not self.uses or ask.use in self.uses)
            and (self.starts_on is None or self.starts_on <= ask.day)
            and (self.ends_on is None or ask.day <= self.ends_on)
        )

    @property
    def rank(self) -> tuple[int, ...]:
        """How specific the scope is: the smaller rank goes first, and of equal ones the rule written first.

        Named territories come before the world with exceptions, and that before the world; fewer named ones, and more
        exceptions, before others; then a named storefront, a named use, and dates, the later beginning first.
        """
        named, barred = len(self.territories.included), len(self.territories.excluded)
        return (
            0 if named else 1 if barred else 2,
            named,
            -barred,
            0 if self.storefronts else 1,
            0 if self.uses else 1,
            0 if self.starts_on or self.ends_on else 1,
            -(self.starts_on.toordinal() if self.starts_on else 0),
        )
