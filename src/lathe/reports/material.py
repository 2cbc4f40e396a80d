"""What a report is made from, as plain values: the heading, sale lines, blocks of usage, sums. Pure.

Amounts are micro: 10⁻⁶ of the major unit. What a party is owed is positive here, though a liability is a credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple, Protocol
from uuid import UUID

from lathe.basics.money import MICRO, Money, round_half_up
from lathe.reports import kinds


class Item(NamedTuple):
    """One posting on a party's account, with the sale line that it is about.

    Price and tax are read from the postings of the same transaction and line, so that a correction or a refund shows
    what it changed. `line` is the opaque id of the order line, empty where the posting is about none (a payout).
    """

    occurred_at: datetime
    kind: str
    order_number: str
    territory: str
    release: str
    upc: str
    track: str
    isrc: str
    format: str
    currency: str
    gross_micro: int
    tax_micro: int
    rule: str
    owed_micro: int
    line: str
    release_uid: str
    track_uid: str

    @property
    def net_micro(self) -> int:
        return self.gross_micro - self.tax_micro

    @property
    def price(self) -> Money:
        return _money(self.gross_micro, self.currency)

    @property
    def tax(self) -> Money:
        return _money(self.tax_micro, self.currency)

    @property
    def net(self) -> Money:
        return self.price - self.tax


def _money(micro: int, currency: str) -> Money:
    """What buyers pay is in whole minor units; only an entry by hand could be finer, and is rounded to be shown."""
    return Money(round_half_up(Fraction(micro * 10 ** Money.zero(currency).digits, MICRO)), currency)


@dataclass(frozen=True)
class Sums:
    """What the lines of a report come to. Amounts in micro; owed is positive.

    `earned_micro` is what sales, their refunds and corrections brought the party; `other_micro` all else that moved its
    account: payouts, advances, escrow.
    """

    lines: int = 0
    units: int = 0
    earned_micro: int = 0
    other_micro: int = 0

    @classmethod
    def of(cls, items: Iterable[Item]) -> Sums:
        """Add up items one by one."""
        counted = cls()
        for item in items:
            counted = counted.plus(item)
        return counted

    def plus(self, item: Item) -> Sums:
        earned, other = (item.owed_micro, 0) if item.line else (0, item.owed_micro)
        return Sums(
            self.lines + 1,
            self.units + (kinds.units(item.kind) if item.line else 0),
            self.earned_micro + earned,
            self.other_micro + other,
        )


class Usage(NamedTuple):
    """Units of one thing at one price: a track, or the whole release where `track_uid` is empty.

    `price_micro` is what one unit brought without tax. `is_upgrade`: the buyer paid the difference to an earlier cut.
    """

    is_gift: bool
    territory: str
    track_uid: str
    is_upgrade: bool
    price_micro: int
    usages: int
    returns: int

    @property
    def net_micro(self) -> int:
        return self.price_micro * (self.usages - self.returns)


@dataclass(frozen=True)
class Resource:
    """A track as reports name it. `duration_s` in whole seconds."""

    uid: str
    isrc: str
    title: str
    artist: str
    composers: tuple[str, ...]
    duration_s: int


@dataclass(frozen=True)
class Release:
    """A release as reports name it, with all its tracks in order."""

    uid: str
    upc: str
    catalogue_number: str
    title: str
    artist: str
    label: str
    released_on: date
    resources: tuple[Resource, ...]


@dataclass(frozen=True)
class Block:
    """One release with what was used of it."""

    release: Release
    usages: Sequence[Usage]


class Context(NamedTuple):
    """What one kind of sale in one territory came to; `owed_micro` is what the party earned by it."""

    is_gift: bool
    territory: str
    usages: int
    returns: int
    gross_micro: int
    tax_micro: int
    owed_micro: int

    @property
    def net_micro(self) -> int:
        return self.gross_micro - self.tax_micro


class ChartRow(NamedTuple):
    """Units sold of one track or release in one territory and ISO week ('2026-W40'), returns taken off."""

    territory: str
    week: str
    upc: str
    isrc: str
    title: str
    units: int


class Share(NamedTuple):
    """One part of what a party earned: a territory, a format, a release or a month."""

    name: str
    units: int
    owed_micro: int


@dataclass(frozen=True)
class Earnings:
    """What a party earned, looked at from four sides; each side's parts come largest first, months oldest first."""

    by_month: Sequence[Share]
    by_territory: Sequence[Share]
    by_format: Sequence[Share]
    by_release: Sequence[Share]


@dataclass(frozen=True)
class Due:
    """What a party is to be paid: `amount` in whole minor units, as its period was settled."""

    party_uid: UUID
    party: str
    amount: Money
    holder: str
    iban: str
    bic: str


@dataclass(frozen=True)
class Correspondent:
    """Somebody a report names: the shop, or a party. `dpid` is a DDEX Party Id; any field but the name may be empty."""

    name: str
    dpid: str = ""
    uid: UUID | None = None
    slug: str = ""
    holder: str = ""
    iban: str = ""
    bic: str = ""


@dataclass(frozen=True)
class Heading:
    """What stands above a report. `number` is empty on a draft; `books_head` names the state of the books it rests on.

    `first_day` and `last_day` bound the period; opening and closing are the account's balances around what is reported.
    """

    shop: Correspondent
    party: Correspondent
    month: str
    first_day: date
    last_day: date
    currency: str
    made_at: datetime
    number: str
    books_head: str
    opening_micro: int
    closing_micro: int
    language: str = "en"


class Material(Protocol):
    """Where a report reads from. Every iterator starts anew at each call and holds few rows at a time."""

    @property
    def heading(self) -> Heading:
        """What stands above it."""
        ...

    def items(self) -> Iterator[Item]:
        """Every posting that is covered, oldest first."""
        ...

    def sums(self) -> Sums:
        """What the items come to."""
        ...

    def contexts(self) -> Sequence[Context]:
        """What was sold, by kind of sale and territory, in order."""
        ...

    def blocks(self) -> Iterator[Block]:
        """What was used, release by release, in a fixed order."""
        ...

    def earnings(self) -> Earnings:
        """The four sides of what was earned, for plots."""
        ...

    def chart(self) -> Iterator[ChartRow]:
        """Units of the whole shop by territory, week and track, in order."""
        ...

    def dues(self) -> Sequence[Due]:
        """What each party can be paid, by name."""
        ...
