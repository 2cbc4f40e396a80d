"""Pure rules of payments: what a notice may do to a payment, whichever order notices come in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from lathe.basics.money import Money


class State(StrEnum):
    """What a provider says has become of a payment."""

    PAID = "paid"
    FAILED = "failed"
    REFUNDED = "refunded"
    CHARGEBACK = "chargeback"


@dataclass(frozen=True)
class ProviderNotice:
    """A provider's word about a payment, its sender proven.

    `notice_id` is unique within the provider. `amount` is what was asked and taken (paid, failed, chargeback), or all
    that has been given back so far (refunded). `fee_micro` is what the provider keeps of a payment, or charges for a
    chargeback, in 10⁻⁶ of the major unit of the same currency, 0 where it does not say. `country` is the card's or
    account's, ISO 3166, empty where it does not say.
    """

    notice_id: str
    reference: str
    state: State
    amount: Money
    fee_micro: int = 0
    country: str = ""


@dataclass(frozen=True)
class Standing:
    """How a payment stands: `started` or a provider's state, what was asked, and what has been given back of it."""

    state: str
    amount: Money
    refunded: Money


def refusal(notice: ProviderNotice, amount: Money) -> str:
    """Why a notice cannot be about a payment of `amount`; empty when it can.

    A payment is of exactly what was asked, and so is its chargeback; a refund is of at most that; all are in its
    currency. A failure moves no money, so its amount says nothing.
    """
    if notice.state is State.FAILED:
        return ""
    if notice.amount.currency != amount.currency:
        return f"The notice is in {notice.amount.currency}; the payment asked for {amount}."
    if notice.state in {State.PAID, State.CHARGEBACK} and notice.amount != amount:
        return f"The notice is of {notice.amount}; the payment asked for {amount}."
    if notice.state is State.REFUNDED and not 0 < notice.amount.minor <= amount.minor:
        return f"The notice gives back {notice.amount} of a payment of {amount}."
    return ""


def after(standing: Standing, notice: ProviderNotice) -> Standing:
    """How the payment stands after an accepted notice.

    Money that came is not unsaid: `failed` after `paid` changes nothing, `paid` after `failed` pays. A refund counts
    what was given back in all, so that a repeat, or an older notice after a newer one, changes nothing. A chargeback
    is the end of it, whatever comes after.
    """
    refunded = max(standing.refunded, notice.amount) if notice.state is State.REFUNDED else standing.refunded
    if State.CHARGEBACK in {standing.state, notice.state}:
        return replace(standing, refunded=refunded, state=State.CHARGEBACK.value)
    if notice.state is State.REFUNDED:
        return replace(standing, refunded=refunded, state=_after_refund(standing, refunded))
    if standing.state in {State.PAID, State.REFUNDED}:
        return standing
    return replace(standing, state=notice.state.value)


def _after_refund(standing: Standing, refunded: Money) -> str:
    return State.REFUNDED.value if refunded == standing.amount else standing.state
