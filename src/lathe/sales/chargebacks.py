"""Chargebacks: the payer's bank took a payment back. The order is undone by its own postings, and its files end."""

from __future__ import annotations

from django.db import transaction

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.delivery import actions as delivery
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger import tax_records
from lathe.ledger.entries import Entry
from lathe.ledger.events import losses
from lathe.payments import actions as payments
from lathe.payments.models import Payment
from lathe.sales import escrow, letters, refunds, rules
from lathe.sales.errors import SalesError
from lathe.sales.models import Order, OrderLine


@transaction.atomic
def charge_back(*, payment: Payment, fee_micro: int) -> None:
    """Undo what a payment settled, where its provider sends no notice of a chargeback. Again changes nothing.

    `fee_micro` is what the provider charges. Raises PaymentError when it was never paid.
    """
    undo(payment=payments.note_chargeback(payment=payment, fee_micro=fee_micro))


def of_order(*, number: str, fee: Money | None) -> None:
    """Book the chargeback of the payment that paid an order, named by its number. Again changes nothing.

    Raises SalesError where there is no such order or no payment of it, or the fee is in another currency; PaymentError
    where the payment was never paid.
    """
    order = Order.objects.filter(number=number.strip().upper()).first()
    if order is None:
        raise SalesError(f"There is no order {number!r} in this shop.")
    payment = refunds.payment_of(order)
    if payment is None:
        raise SalesError(f"Order {order.number} was not paid through a payment provider; nothing can be charged back.")
    if fee is not None and fee.currency != payment.currency:
        raise SalesError(f"The fee is in the currency of the payment, {payment.currency}; {fee} is not.")
    charge_back(payment=payment, fee_micro=fee.micro if fee else 0)


def undo(*, payment: Payment) -> None:
    """Undo what a payment that was charged back had settled, in the caller's transaction. Again changes nothing.

    The sale goes back by its own postings. Where the money lay on a balance it is taken from there; where it was given
    back already, or had settled nothing, the shop loses it or just the fee.
    """
    order = Order.objects.select_for_update().get(uid=payment.order_uid)
    if books.transaction(f"chargeback:{payment.uid}") is not None:
        return
    is_sale = order.state == Order.State.PAID and refunds.payment_of(order) == payment
    if is_sale:
        escrow.give_back(lines=list(order.lines.select_related("order")), key=str(payment.uid))
    entries = _sale(order, payment) if is_sale else _other(order, payment)
    fee = losses.chargeback_cost(payment.provider, payment.currency, payment.chargeback_fee_micro)
    merged = rules.merged([*entries, *fee])
    if merged:
        posted = ledger.post(
            key=f"chargeback:{payment.uid}",
            kind="chargeback" if is_sale else "payment-lost",
            subject=str(order.uid),
            occurred_at=clock.now(),
            entries=merged,
        )
        if is_sale:
            tax_records.undo(posted=posted, order_uid=order.uid)
    if is_sale:
        _end(order, payment)


def _sale(order: Order, payment: Payment) -> list[Entry]:
    paid = refunds.paid_by(order, payment)
    return rules.refund_entries(refunds.sold(order), order.uid, refunds.buyer_of(order), paid)


def _other(order: Order, payment: Payment) -> list[Entry]:
    """What a payment that did not pay the sale loses: from the balance it lies on, or once more after a refund."""
    amount, currency = payment.amount.micro, payment.currency
    if books.transaction(f"payment:{payment.uid}") is not None and order.person is not None:
        return losses.taken_from_balance(payment.provider, order.person.uid, currency, amount)
    if order.state == Order.State.REFUNDED and refunds.payment_of(order) == payment:
        return losses.chargeback_cost(payment.provider, currency, amount)
    return []


def _end(order: Order, payment: Payment) -> None:
    delivery.end(order_uid=order.uid, reason=f"chargeback {payment.uid}")
    OrderLine.objects.filter(order=order).update(refunded_at=clock.now())
    Order.objects.filter(id=order.id).update(state=Order.State.CHARGEBACK)
    letters.charged_back(order=order, payment=payment)
