"""What is paid to a party for a period: pure. Amounts are millionths, what is owed to the party positive."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from lathe.basics.money import MICRO, Money, round_half_up
from lathe.royalties.rules.contracts import Payment, Vat


@dataclass(frozen=True)
class Standing:
    """Where a party's accounts stand at the end of a period, before it is settled.

    `opening_micro` is what was owed at its start, `earned_micro` what was posted in it (refunds are negative);
    `advance_micro` is what it was paid in advance and has not earned back; `reserve_free_micro` what was held back from
    it long enough ago to be paid now.
    """

    opening_micro: int
    earned_micro: int
    advance_micro: int = 0
    reserve_free_micro: int = 0


@dataclass(frozen=True)
class Due:
    """What one party is paid for one period in one currency, and every step to it. A frozen fact once it is settled.

    opening + earned − reserve_held + reserve_released − recouped = payable, and
    payable = carried, or else payable + rounding = gross, and payout = gross − withholding + vat.
    """

    party: UUID
    period: str
    currency: str
    opening_micro: int
    earned_micro: int
    reserve_held_micro: int
    reserve_released_micro: int
    recouped_micro: int
    payable_micro: int
    carried_micro: int
    rounding_micro: int
    withholding_micro: int
    vat_micro: int
    vat: str
    minimum_micro: int
    contract: int | None

    @property
    def gross_micro(self) -> int:
        """The royalty of the statement, in whole minor units; nothing where all is carried forward."""
        return self.payable_micro - self.carried_micro + self.rounding_micro

    @property
    def payout_micro(self) -> int:
        return self.gross_micro - self.withholding_micro + self.vat_micro

    @property
    def payout(self) -> Money:
        """What is to be transferred."""
        return _money(self.payout_micro, self.currency)

    @property
    def is_carried(self) -> bool:
        """Whether nothing is paid and all goes on to the next period: it is below the minimum, or owed by the party."""
        return self.payout_micro == 0


@dataclass(frozen=True)
class Of:
    """Whose payment is reckoned, for which period, under which version of its contract."""

    party: UUID
    period: str
    currency: str
    contract: int | None = None


def reckon(of: Of, standing: Standing, payment: Payment) -> Due:
    """Reckon a payment.

    A reserve is held of what was earned in the period, and only of that; an advance is earned back out of all that is
    owed; what is left is paid in whole minor units, half up, where it reaches the party's minimum, else carried
    forward, as is what the party owes. Tax is reckoned of the rounded royalty, half up to the minor unit.
    """
    held = _within(round_half_up(payment.reserve * max(standing.earned_micro, 0)), standing)
    available = standing.opening_micro + standing.earned_micro - held + standing.reserve_free_micro
    recouped = min(standing.advance_micro, max(available, 0))
    payable = available - recouped
    minimum = payment.minimum.get(of.currency, 0)
    gross = _whole(payable, of.currency) if payable > 0 and payable >= minimum else 0
    return Due(
        party=of.party,
        period=of.period,
        currency=of.currency,
        opening_micro=standing.opening_micro,
        earned_micro=standing.earned_micro,
        reserve_held_micro=held,
        reserve_released_micro=standing.reserve_free_micro,
        recouped_micro=recouped,
        payable_micro=payable,
        carried_micro=0 if gross else payable,
        rounding_micro=gross - payable if gross else 0,
        withholding_micro=_whole(payment.withholding * gross, of.currency),
        vat_micro=_whole(payment.vat_rate * gross, of.currency) if payment.vat is Vat.DOMESTIC else 0,
        vat=payment.vat.value,
        minimum_micro=minimum,
        contract=of.contract,
    )


def _within(held_micro: int, standing: Standing) -> int:
    """No reserve is held of what is not there."""
    there = standing.opening_micro + standing.earned_micro + standing.reserve_free_micro
    return min(held_micro, max(there, 0))


def _whole(micro: int | Fraction, currency: str) -> int:
    """An amount rounded half up to the currency's minor unit, in millionths."""
    unit = _unit(currency)
    return round_half_up(Fraction(micro) / unit) * unit


def _unit(currency: str) -> int:
    unit: int = MICRO // 10 ** Money.zero(currency).digits
    return unit


def _money(micro: int, currency: str) -> Money:
    return Money(micro // _unit(currency), currency)
