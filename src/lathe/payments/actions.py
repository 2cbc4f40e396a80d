"""Writes of money on its way in. Each joins the caller's atomic block, so that settling goes with it or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.payments import providers, rules
from lathe.payments.errors import PaymentError, UnknownProvider
from lathe.payments.models import Notice, Payment
from lathe.payments.providers.base import Provider
from lathe.payments.rules import ProviderNotice, Standing


@dataclass(frozen=True)
class Proof:
    """What a provider has proven.

    `is_paid`: the payment stands paid and nothing is wrong with this word of it, so settle; settling again is harmless.
    `is_charged_back`: likewise, it was taken back, so undo what it settled; undoing again is harmless.
    `is_repeat`: the same notice came before. `reason`: why the notice was refused, empty when it was not; a refused
    notice changes nothing.
    """

    found: Payment | None
    is_paid: bool
    is_charged_back: bool = False
    is_repeat: bool = False
    reason: str = ""

    @property
    def payment(self) -> Payment:
        """The payment it is about. Raises PaymentError for a reference this shop does not know."""
        if self.found is None:
            raise PaymentError(self.reason or "The notice is about no payment of this shop.")
        return self.found


@transaction.atomic
def start(*, order_uid: UUID, provider: str, amount: Money, return_url: str, notify_url: str) -> tuple[Payment, str]:
    """Begin a payment and return it with the address to send the buyer to.

    The buyer comes back to `return_url`, paid or not; notices go to `notify_url`; both are absolute. Raises
    UnknownProvider when the provider is not on, PaymentError when it does not take this amount or currency.
    """
    chosen = _chosen(provider)
    if amount.minor <= 0:
        raise PaymentError(f"A payment must be of more than nothing; it is of {amount}.")
    if not chosen.capabilities.takes(amount.currency):
        raise PaymentError(f"{chosen.title} does not take {amount.currency}.")
    uid = uuid4()
    payment = Payment(
        uid=uid,
        order_uid=order_uid,
        provider=chosen.name,
        reference=f"unsent:{uid}",
        amount_minor=amount.minor,
        currency=amount.currency,
    )
    payment.save(force_insert=True)
    started = chosen.start(payment, return_url, notify_url)
    payment.reference = started.reference
    payment.save(update_fields=["reference"])
    return payment, started.redirect_url


def _chosen(name: str) -> Provider:
    if name not in settings.LATHE_PROVIDERS:
        raise UnknownProvider(f"The payment provider {name!r} is not on; LATHE_PROVIDERS says which are.")
    return providers.get(name)


@transaction.atomic
def receive(*, provider: str, headers: Mapping[str, str], body: bytes) -> Proof:
    """Take a notice that came in: prove its sender, keep it once, and let it count once.

    Raises UnknownProvider, and NoticeRefused when the sender is not proven or the notice cannot be read: nothing is
    kept then. A notice that is genuine but about no payment of ours, or about another amount, is kept as refused, with
    the reason in the Proof. A refused notice that is repeated is looked at again.
    """
    notice = providers.get(provider).read_notice(headers, body)
    return _apply(provider, notice, body.decode("utf-8", errors="replace"))


@transaction.atomic
def ask(*, payment: Payment) -> Proof:
    """Ask the provider what has become of a payment, for a notice that is late or lost. Raises PaymentError."""
    notice = providers.get(payment.provider).fetch(payment.reference)
    if notice is None:
        current = Payment.objects.get(pk=payment.pk)
        return _proof(current)
    return _apply(payment.provider, notice, "")


def _apply(provider: str, notice: ProviderNotice, body: str) -> Proof:
    """Let a proven notice count. The payment's row is held first, so that two notices about it go one by one."""
    payment = Payment.objects.select_for_update().filter(provider=provider, reference=notice.reference).first()
    kept, is_new = Notice.objects.get_or_create(
        provider=provider,
        notice_id=notice.notice_id,
        defaults={"reference": notice.reference, "body": body},
    )
    if payment is None:
        reason = f"This shop has no payment {notice.reference!r} at {provider}."
    else:
        reason = rules.refusal(notice, payment.amount)
    _note(kept, reason)
    if payment is not None and not reason:
        _move(payment, notice)
    return _proof(payment, is_repeat=not is_new, reason=reason)


def _proof(payment: Payment | None, *, is_repeat: bool = False, reason: str = "") -> Proof:
    state = payment.state if payment is not None and not reason else ""
    return Proof(
        payment,
        is_paid=state == Payment.State.PAID,
        is_charged_back=state == Payment.State.CHARGEBACK,
        is_repeat=is_repeat,
        reason=reason,
    )


def _note(kept: Notice, reason: str) -> None:
    """Write what became of a notice."""
    outcome = Notice.Outcome.REFUSED if reason else Notice.Outcome.APPLIED
    if (kept.outcome, kept.reason) != (outcome, reason[:300]):
        kept.outcome, kept.reason = outcome, reason[:300]
        kept.save(update_fields=["outcome", "reason"])


def _move(payment: Payment, notice: ProviderNotice) -> None:
    """Bring a payment to where the notice says it stands."""
    before = Standing(payment.state, payment.amount, payment.refunded)
    after = rules.after(before, notice)
    if after == before:
        return
    if after.state == Payment.State.PAID and before.state != after.state:
        payment.fee_micro, payment.country, payment.paid_at = notice.fee_micro, notice.country, clock.now()
    if after.state == Payment.State.CHARGEBACK and before.state != after.state:
        payment.chargeback_fee_micro = notice.fee_micro
    payment.state, payment.refunded_minor = after.state, after.refunded.minor
    payment.save(update_fields=["state", "refunded_minor", "fee_micro", "chargeback_fee_micro", "country", "paid_at"])


@transaction.atomic
def note_chargeback(*, payment: Payment, fee_micro: int) -> Payment:
    """Note that a payment was taken back, where its provider sends no notice of it; noted again, it changes nothing.

    `fee_micro` is what the provider charges for that. Raises PaymentError when the payment was never paid, or the fee
    is below zero.
    """
    held = Payment.objects.select_for_update().get(pk=payment.pk)
    if held.state == Payment.State.CHARGEBACK:
        return held
    if held.state not in {Payment.State.PAID, Payment.State.REFUNDED} or fee_micro < 0:
        raise PaymentError(
            f"Payment {held.uid} is {held.state}; only a paid one can be charged back, at a fee of zero or more."
        )
    held.state, held.chargeback_fee_micro = Payment.State.CHARGEBACK, fee_micro
    held.save(update_fields=["state", "chargeback_fee_micro"])
    return held


@transaction.atomic
def refund(*, payment: Payment, amount: Money) -> Payment:
    """See to it that `amount` in all of a paid payment is given back; asked again, it changes nothing.

    Raises PaymentError when the payment is not paid, the amount is not within it, or the provider cannot.
    """
    held = Payment.objects.select_for_update().get(pk=payment.pk)
    chosen = providers.get(held.provider)
    _check_refund(held, amount, chosen)
    if amount <= held.refunded:
        return held
    chosen.refund(held, amount)
    held.refunded_minor = amount.minor
    held.state = Payment.State.REFUNDED if amount == held.amount else held.state
    held.save(update_fields=["refunded_minor", "state"])
    return held


def _check_refund(payment: Payment, amount: Money, provider: Provider) -> None:
    if payment.state not in {Payment.State.PAID, Payment.State.REFUNDED}:
        raise PaymentError(f"Payment {payment.uid} is {payment.state}; only a paid one can be given back.")
    if amount.currency != payment.currency or not 0 < amount.minor <= payment.amount_minor:
        raise PaymentError(f"{amount} cannot be given back of a payment of {payment.amount}.")
    if not provider.capabilities.can_refund or (amount != payment.amount and not provider.capabilities.can_refund_part):
        raise PaymentError(f"{provider.title} cannot give back {amount} of {payment.amount}; do it by hand there.")
