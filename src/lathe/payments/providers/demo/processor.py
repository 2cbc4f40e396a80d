"""The demo processor's own doings: it opens charges, takes cards, gives money back, and says so by signed notices.

Each function is one atomic block; notices go out once it is committed. They are returned
too, for callers who want them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction

from lathe.basics.money import Money
from lathe.payments.errors import PaymentError
from lathe.payments.models import DemoCharge
from lathe.payments.providers.demo import behaviours, cards, courier, notices
from lathe.payments.providers.demo.cards import Answer, Card
from lathe.payments.providers.demo.courier import Delivery
from lathe.payments.rules import ProviderNotice, State

LONGEST_DELAY_S = 120


@dataclass(frozen=True)
class Manner:
    """How a charge behaves once it is paid; `delay_s` (0 to 120) counts for a delayed notice alone."""

    behaviour: str = DemoCharge.Behaviour.NORMAL.value
    delay_s: int = 10

    def __post_init__(self) -> None:
        if self.behaviour not in DemoCharge.Behaviour.values or not 0 <= self.delay_s <= LONGEST_DELAY_S:
            raise PaymentError(
                f"A charge behaves as one of {', '.join(DemoCharge.Behaviour.values)}, and a delay is 0 to "
                f"{LONGEST_DELAY_S} seconds; asked were {self.behaviour!r} and {self.delay_s}."
            )


@dataclass(frozen=True)
class Paid:
    """What came of a card: the bank's answer, and the notices that go out."""

    answer: Answer
    deliveries: tuple[Delivery, ...] = ()


def open_charge(*, key: UUID, amount: Money, return_url: str, notify_url: str) -> DemoCharge:
    """Begin a charge; the same key again returns the first."""
    wanted = {
        "amount_minor": amount.minor,
        "currency": amount.currency,
        "return_url": return_url,
        "notify_url": notify_url,
    }
    return DemoCharge.objects.get_or_create(reference=f"demo_{key.hex}", defaults=wanted)[0]


def charge(reference: str) -> DemoCharge:
    """The charge of a reference. Raises PaymentError."""
    found = DemoCharge.objects.filter(reference=reference).first()
    if found is None:
        raise PaymentError(f"The demo processor has no charge {reference!r}.")
    return found


@transaction.atomic
def pay(*, reference: str, card: str, country: str = "", manner: Manner | None = None) -> Paid:
    """Take a card for an open charge. A card that does not pay leaves it open; a charge paid already stays as it is.

    `country` (ISO 3166) stands in for the card's own where it is given.
    """
    held = _held(reference)
    read = cards.read(card)
    if read.answer is not Answer.PAYS:
        return Paid(read.answer)
    if held.state != DemoCharge.State.OPEN:
        return Paid(Answer.PAYS)
    _take(held, read, country, manner or Manner())
    return Paid(Answer.PAYS, _send(held, behaviours.steps(held.behaviour, held.delay_s)))


def _take(held: DemoCharge, card: Card, country: str, manner: Manner) -> None:
    held.state = DemoCharge.State.PAID
    held.country = country or card.country
    held.behaviour, held.delay_s = manner.behaviour, manner.delay_s
    held.taken_minor = held.amount_minor + (1 if held.behaviour == DemoCharge.Behaviour.WRONG_AMOUNT else 0)


@transaction.atomic
def cancel(*, reference: str) -> tuple[Delivery, ...]:
    """Give up an open charge; of one that is not open, nothing changes."""
    held = _held(reference)
    if held.state != DemoCharge.State.OPEN:
        return ()
    held.state = DemoCharge.State.CANCELLED
    return _send(held, (behaviours.Step(State.FAILED),))


@transaction.atomic
def refund(*, reference: str, amount: Money) -> tuple[Delivery, ...]:
    """See to it that `amount` in all has been given back. Raises PaymentError when it was not taken, or is too much."""
    held = _held(reference)
    if held.state not in {DemoCharge.State.PAID, DemoCharge.State.REFUNDED}:
        raise PaymentError(f"The charge {reference} is {held.state}; only a paid one can be given back.")
    if amount.currency != held.currency or not 0 < amount.minor <= held.taken_minor:
        raise PaymentError(f"{amount} cannot be given back of a charge of {held.taken}.")
    if amount <= held.refunded:
        return ()
    held.refunded_minor = amount.minor
    held.state = DemoCharge.State.REFUNDED if amount == held.taken else held.state
    return _send(held, (behaviours.Step(State.REFUNDED),))


@transaction.atomic
def charge_back(*, reference: str) -> tuple[Delivery, ...]:
    """Let the payer's bank take a payment back; again it changes nothing. Raises PaymentError when none was taken."""
    held = _held(reference)
    if held.state == DemoCharge.State.CHARGEBACK:
        return ()
    if held.state not in {DemoCharge.State.PAID, DemoCharge.State.REFUNDED}:
        raise PaymentError(f"The charge {reference} is {held.state}; only a paid one can be charged back.")
    return _send(held, (behaviours.Step(State.CHARGEBACK),))


def told(held: DemoCharge, state: State, notice_id: str) -> ProviderNotice:
    """What the processor says of a charge under that id."""
    amounts = {State.PAID: held.taken, State.CHARGEBACK: held.taken, State.REFUNDED: held.refunded}
    fees = {State.PAID: notices.fee_micro(held.taken), State.CHARGEBACK: notices.CHARGEBACK_FEE_MICRO}
    amount, fee_micro = amounts.get(state, held.amount), fees.get(state, 0)
    return ProviderNotice(notice_id, held.reference, state, amount, fee_micro, held.country)


def _held(reference: str) -> DemoCharge:
    """The charge, held until the transaction ends, so that two submissions of its page go one by one."""
    return DemoCharge.objects.select_for_update().get(pk=charge(reference).pk)


def _send(held: DemoCharge, steps: Sequence[behaviours.Step]) -> tuple[Delivery, ...]:
    """Number the notices, save the charge, and hand them to the courier after the commit."""
    deliveries: list[Delivery] = []
    for step in steps:
        held.notices_made += 1
        if step.state is State.CHARGEBACK:
            held.state = DemoCharge.State.CHARGEBACK
        body = notices.write(told(held, step.state, f"{held.reference}_{held.notices_made}"))
        deliveries += [Delivery(held.notify_url, body, step.wait_s, step.is_forged)] * step.copies
    held.save()
    transaction.on_commit(partial(courier.send, tuple(deliveries)))
    return tuple(deliveries)
