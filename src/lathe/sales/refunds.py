"""Refunds: a whole order undone, by its own postings."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.basics.money import MICRO, Money
from lathe.delivery import actions as delivery
from lathe.jobs import actions as jobs
from lathe.ledger import accounts, tax_records
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.entries import Entry, credit, debit
from lathe.payments import actions as payments
from lathe.payments.models import Payment
from lathe.sales import escrow, letters, rules, taxed
from lathe.sales.errors import RefundRefused
from lathe.sales.models import Order, OrderLine, Refund
from lathe.sales.rules import Paid

RETURN_MONEY = "sales.return_money"


@transaction.atomic
def refund(*, order: Order, reason: str, operator: Person) -> Refund:
    """Undo a paid order: postings reversed, files ended, the buyer told; a job that repeats safely returns the money.

    Raises RefundRefused for an order that is not paid, or refunded already, and for a missing reason.
    """
    if not reason.strip():
        raise RefundRefused("Say why the order is refunded; the buyer reads it.")
    locked = Order.objects.select_for_update().get(id=order.id)
    if locked.state != Order.State.PAID:
        raise RefundRefused(
            f"Order {locked.number} is not paid (it is: {locked.get_state_display()}), so nothing can be refunded."
        )
    if locked.gift_reason:
        raise RefundRefused(f"Order {locked.number} was a gift: nothing was paid, so nothing can be refunded.")
    if locked.lines.filter(refunded_at__isnull=False).exists():
        raise RefundRefused(
            f"A part of order {locked.number} was refunded to the buyer's balance already. "
            "Give the rest back by `lathe credit`, with the order's number as the reason."
        )
    made = Refund.objects.create(order=locked, reason=reason.strip()[:300], made_by=operator.uid)
    escrow.give_back(lines=list(locked.lines.select_related("order")), key=str(locked.uid))
    _post(locked, made)
    delivery.end(order_uid=locked.uid, reason=f"refund {made.uid}")
    OrderLine.objects.filter(order=locked).update(refunded_at=clock.now())
    Order.objects.filter(id=locked.id).update(state=Order.State.REFUNDED)
    letters.refunded(order=locked, refund=made)
    jobs.enqueue(kind=RETURN_MONEY, key=str(made.uid))
    return made


def refund_line(*, line: OrderLine, reason: str) -> Money:
    """Undo one line of a paid order by its own postings, in the caller's transaction: its price goes to the buyer's
    balance, its files end, the buyer is told. Returns the price.

    Raises RefundRefused where the order is not paid, was given away, has lost its buyer, or the line was refunded.
    """
    order = Order.objects.select_for_update().get(id=line.order_id)
    fresh = OrderLine.objects.get(id=line.id)
    if order.state != Order.State.PAID or order.gift_reason or fresh.refunded_at or order.person is None:
        raise RefundRefused(
            f"{line.title} of order {order.number} cannot be refunded: it is not paid, or not any more."
        )
    escrow.give_back(lines=[line], key=str(line.uid))
    name, buyer = str(line.uid), accounts.buyer(order.person.uid)
    undone = [
        debit(entry.account_code, entry.currency, -entry.amount_micro, entry.line)
        for entry in sold(order)
        if entry.line == name and entry.account_code != buyer
    ]
    back = sum(entry.amount_micro for entry in undone)
    entries = rules.merged([*undone, credit(buyer, order.currency, back)])
    now = clock.now()
    if back:
        posted = ledger.post(
            key=f"refund:{name}", kind="refund", subject=str(order.uid), occurred_at=now, entries=entries
        )
        taxed.keep_undone_line(order, posted, entries)
    OrderLine.objects.filter(id=line.id).update(refunded_at=now)
    delivery.end_line(line_uid=line.uid, reason=reason)
    price = Money(back * 10 ** Money.zero(order.currency).digits // MICRO, order.currency)
    letters.line_refunded(order=order, line=line, back=price, reason=reason)
    return price


def return_money(key: str) -> None:
    """Tell the provider to give the money of a refunded order back. Again changes nothing.

    What the payer's bank took back meanwhile is not given back once more.
    """
    made = Refund.objects.select_related("order").get(uid=key)
    payment = payment_of(made.order)
    if payment is not None and payment.state != Payment.State.CHARGEBACK:
        payments.refund(payment=payment, amount=payment.amount)


def unreturned() -> list[UUID]:
    """Refunds of the last month whose payment the provider has not been told to give back."""
    since = clock.now() - timedelta(days=31)
    recent = Refund.objects.filter(made_at__gte=since).select_related("order")
    payments_of = {made.uid: payment_of(made.order) for made in recent}
    return [uid for uid, item in payments_of.items() if item is not None and item.state == Payment.State.PAID]


def _post(order: Order, made: Refund) -> None:
    entries = sold(order)
    if not entries:
        return
    posted = ledger.post(
        key=f"refund:{order.uid}",
        kind="refund",
        subject=str(order.uid),
        occurred_at=made.made_at,
        entries=rules.refund_entries(entries, order.uid, buyer_of(order), paid_by(order, payment_of(order))),
    )
    tax_records.undo(posted=posted, order_uid=order.uid)


def buyer_of(order: Order) -> UUID:
    """Whose balance the balance part of an order goes back to.

    Who has deleted the account has none: what they had paid from it is kept under the id of the order.
    """
    return order.person.uid if order.person else order.uid


def sold(order: Order) -> list[Entry]:
    """What the sale of an order, its corrections and refunds of single lines posted; empty where nothing was."""
    found = [item for item in books.transactions_of(str(order.uid)) if item.kind in rules.OF_A_SALE]
    postings = [posting for item in found for posting in item.postings.all()]
    return [debit(p.account.code, p.currency, p.amount_micro, p.line) for p in postings]


def paid_by(order: Order, payment: Payment | None) -> Paid:
    """How the total of an order came in, by the payment that paid it or none."""
    if payment is None:
        return Paid(held_micro=order.total.micro)
    held = (order.total - payment.amount).micro
    return Paid(payment.provider, str(payment.uid), payment.amount.micro, payment.fee_micro, held)


def payment_of(order: Order) -> Payment | None:
    """The payment that paid the sale, by the processor's posting that names it."""
    sale = books.transaction(f"sale:{order.uid}")
    if sale is None:
        return None
    for item in Payment.objects.filter(order_uid=order.uid):
        account = accounts.processor(item.provider)
        if any(p.account.code == account and p.line == str(item.uid) for p in sale.postings.all()):
            return item
    return None
