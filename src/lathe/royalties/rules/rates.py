"""Rates: what one cut sold is charged with. All amounts are millionths; results are rounded half up to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from lathe.basics.money import round_half_up
from lathe.royalties.rules.amounts import Amounts


class Base(Enum):
    """What a share is taken of."""

    NET = "net"
    """The price without tax."""
    PPD = "ppd"
    """The published price to dealer that the deal names."""
    PRICE = "price"
    """The price with tax."""


@dataclass(frozen=True)
class Step:
    """What each track brings at least in a bundle of `tracks` tracks or more (up to the next step)."""

    tracks: int
    each: Amounts


@dataclass(frozen=True)
class Longer:
    """A track of more than `over_s` seconds counts `times` as much."""

    over_s: int
    times: Fraction


@dataclass(frozen=True)
class Tier:
    """From the party's `from_unit`-th unit of the period on (the first is 1), the share is this one."""

    from_unit: int
    share: Fraction


@dataclass(frozen=True)
class Basis:
    """What a charge is reckoned of. `unit` is the number of this cut among the party's in the period, from 1.

    An upgrade is paid only with the difference to what the buyer had paid, so only shares of its net count: fixed sums,
    floors and minimums came with the first sale. `ppd_micro` is None where the deal names no wholesale price.
    """

    currency: str
    net_micro: int
    price_micro: int
    ppd_micro: int | None
    durations_ms: tuple[int, ...]
    unit: int = 0
    is_upgrade: bool = False


@dataclass(frozen=True)
class Rate:
    """A fixed sum where one is named, else the largest of share × base, wholesale price, floor and track minimums.

    `fixed` is for each cut sold, or for each track in it where `is_per_track`. Steps are in order of tracks, `longer`
    in order of seconds, tiers in order of units.
    """

    share: Fraction = Fraction(0)
    base: Base = Base.NET
    has_wholesale_floor: bool = False
    floor: Amounts = field(default_factory=dict)
    fixed: Amounts = field(default_factory=dict)
    is_per_track: bool = False
    steps: tuple[Step, ...] = ()
    longer: tuple[Longer, ...] = ()
    tiers: tuple[Tier, ...] = ()

    def counts_for(self, currency: str, has_ppd: bool) -> bool:
        """Whether the rate can be reckoned: its amounts name the currency, and a share of PPD has one."""
        named: list[Amounts] = [amounts for amounts in (self.floor, self.fixed) if amounts]
        named += [step.each for step in self.steps]
        return all(currency in amounts for amounts in named) and (self.base is not Base.PPD or has_ppd)


@dataclass(frozen=True)
class Charge:
    """What a cut is charged with, and how much each of its tracks weighs in it."""

    amount_micro: int
    weights: tuple[int, ...]


def charge(rate: Rate, basis: Basis) -> Charge:
    """Reckon what a rate makes of one cut, never less than nothing.

    The weights are those of what decided: each track's own minimum or fixed sum, else its duration.
    """
    by_share = Charge(_by_share(rate, basis), _by_duration(basis))
    if basis.is_upgrade:
        return by_share
    if rate.fixed:
        return _fixed(rate, basis)
    wholesale = (basis.ppd_micro or 0) if rate.has_wholesale_floor else 0
    least = max(wholesale, rate.floor.get(basis.currency, 0))
    best = by_share if by_share.amount_micro >= least else Charge(least, by_share.weights)
    minimum = _minimum(rate, basis)
    return minimum if minimum.amount_micro > best.amount_micro else best


def share_at(rate: Rate, unit: int) -> Fraction:
    """The share that counts for the party's `unit`-th cut of the period."""
    reached = [tier.share for tier in rate.tiers if tier.from_unit <= unit]
    return reached[-1] if reached else rate.share


def _by_share(rate: Rate, basis: Basis) -> int:
    bases = {Base.NET: basis.net_micro, Base.PPD: basis.ppd_micro or 0, Base.PRICE: basis.price_micro}
    base = basis.net_micro if basis.is_upgrade and rate.base is Base.PPD else bases[rate.base]
    return round_half_up(share_at(rate, basis.unit) * max(base, 0))


def _fixed(rate: Rate, basis: Basis) -> Charge:
    amount = rate.fixed[basis.currency]
    if not rate.is_per_track:
        return Charge(amount, _by_duration(basis))
    return _sum([_longer(rate, amount, duration_ms) for duration_ms in basis.durations_ms], basis)


def _minimum(rate: Rate, basis: Basis) -> Charge:
    reached = [step for step in rate.steps if step.tracks <= len(basis.durations_ms)]
    if not reached:
        return Charge(0, _by_duration(basis))
    each = reached[-1].each[basis.currency]
    return _sum([_longer(rate, each, duration_ms) for duration_ms in basis.durations_ms], basis)


def _sum(each: Sequence[int], basis: Basis) -> Charge:
    return Charge(sum(each), tuple(each) if any(each) else _by_duration(basis))


def _longer(rate: Rate, amount_micro: int, duration_ms: int) -> int:
    reached = [item.times for item in rate.longer if duration_ms > item.over_s * 1000]
    return round_half_up(amount_micro * reached[-1]) if reached else amount_micro


def _by_duration(basis: Basis) -> tuple[int, ...]:
    """Durations as weights; a track of none still weighs something."""
    return tuple(max(duration_ms, 1) for duration_ms in basis.durations_ms)
