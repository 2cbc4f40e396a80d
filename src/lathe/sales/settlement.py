"""Settlement: the one transaction in which a paid order becomes paid, owned, posted and confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Prefetch

from lathe.basics import clock
from lathe.catalogue.models import Track
from lathe.delivery import actions as delivery
from lathe.delivery.actions import Sold
from lathe.jobs import actions as jobs
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.entries import credit, debit
from lathe.ledger.models import Transaction
from lathe.payments import actions as payments
from lathe.payments.actions import Proof
from lathe.payments.models import Payment
from lathe.sales import chargebacks, decided, holds, letters, owing, rules, taxed
from lathe.sales.models import Basket, Order, OrderLine
from lathe.sales.owing import Worth
from lathe.sales.rules import Paid
from lathe.storefronts.rules import Pricing

PRECUT = "sales.precut"
CONFIRM = "sales.confirm"
TRUE_UP = "sales.true_up"


def apply_notice(*, provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Take a provider's notice and settle what it proves, all in one transaction: it counts wholly or not at all.

    Raises NoticeRefused for a notice that is forged or malformed. A notice that came before changes nothing.
    """
    with transaction.atomic():
        proof = payments.receive(provider=provider, headers=headers, body=body)
        _follow(proof)


def confirm(*, payment: Payment) -> None:
    """Ask the provider itself when the buyer is back before the notice, and settle what it says."""
    with transaction.atomic():
        _follow(payments.ask(payment=payment))


def _follow(proof: Proof) -> None:
    if proof.is_paid:
        settle(payment=proof.payment)
    elif proof.is_charged_back:
        chargebacks.undo(payment=proof.payment)


def settle(*, payment: Payment) -> None:
    """Settle the order of a proven payment, in the caller's transaction. Again changes nothing.

    A payment that its order cannot use (paid already, lapsed, or stopped since by a question about the rights) goes to
    the buyer's balance.
    """
    order = Order.objects.select_for_update().get(uid=payment.order_uid)
    sale = books.transaction(f"sale:{order.uid}")
    if sale is not None:
        if not _paid_by(sale, payment):
            _to_balance(order, payment)
    elif books.transaction(f"payment:{payment.uid}") or (order.balance_minor and not holds.held_micro(order)):
        _to_balance(order, payment)
    elif decided.is_stopped(order):
        give_up(order=order)
        _to_balance(order, payment)
    else:
        held = (order.total - payment.amount).micro
        _settle(order, Paid(payment.provider, str(payment.uid), payment.amount.micro, payment.fee_micro, held))


def _paid_by(sale: Transaction, payment: Payment) -> bool:
    """Whether this payment is the one that paid the sale."""
    account = accounts.processor(payment.provider)
    return any(p.account.code == account and p.line == str(payment.uid) for p in sale.postings.all())


@transaction.atomic
def settle_without_payment(*, order: Order) -> bool:
    """Settle an order that the balance pays whole, or that costs nothing. Again changes nothing.

    False, and nothing is settled, where its basket was bought by another order meanwhile (a button pressed twice), or
    its sale was stopped.
    """
    locked = Order.objects.select_for_update().get(id=order.id)
    if locked.state == Order.State.PENDING and not locked.due:
        basket_uid = locked.basket_uid
        if basket_uid is not None and Basket.objects.select_for_update().filter(uid=basket_uid).first() is None:
            return False
        if decided.is_stopped(locked):
            return False
        _settle(locked, Paid(held_micro=locked.total.micro))
    return True


def sold_lines(order: Order) -> list[OrderLine]:
    """The lines of an order with all that a decision about them reads, in two queries."""
    lines = order.lines.select_related("release", "track__recording__master")
    tracks = Track.objects.select_related("recording__master").defer("recording__master__envelope", "lyrics")
    return list(
        lines.defer("track__recording__master__envelope").prefetch_related(Prefetch("release__tracks", queryset=tracks))
    )


def _settle(order: Order, paid: Paid) -> None:
    lines = sold_lines(order)
    terms = owing.decide(order, [Worth.sold(line) for line in lines])
    entries = rules.sale_entries(order.uid, order.territory, paid, terms)
    if entries:
        posted = ledger.post(
            key=f"sale:{order.uid}",
            kind="sale",
            subject=str(order.uid),
            occurred_at=clock.now(),
            entries=entries,
        )
        taxed.keep_sale(order, posted, terms)
    for line in lines:
        _grant(order, line)
    Order.objects.filter(id=order.id).update(state=Order.State.PAID, paid_at=clock.now())
    if order.basket_uid is not None:
        Basket.objects.filter(uid=order.basket_uid).delete()
    letters.receipt(order=order)
    jobs.enqueue(kind=PRECUT, key=str(order.uid))
    if not all(line.size_is_exact for line in lines) and order.storefront.pricing == Pricing.BY_SIZE.value:
        jobs.enqueue(kind=TRUE_UP, key=str(order.uid))


def give_up(*, order: Order) -> None:
    """Abandon a pending order, in the caller's transaction; what the balance held for it is free again."""
    holds.release(order=order)
    Order.objects.filter(id=order.id).update(state=Order.State.ABANDONED)


def _grant(order: Order, line: OrderLine) -> None:
    if order.person is None:
        raise ValueError(f"Order {order.number} has lost its buyer; it cannot be settled.")
    sold = Sold(
        order.uid,
        line.uid,
        owing.tracks_of(line),
        line.format,
        by_size=order.storefront.pricing == Pricing.BY_SIZE.value,
    )
    delivery.grant(person=order.person, sold=sold)


def _to_balance(order: Order, payment: Payment) -> None:
    if order.person is None:
        raise ValueError(f"Order {order.number} has lost its buyer; its payment cannot be put on a balance.")
    currency, amount, fee = payment.currency, payment.amount.micro, payment.fee_micro
    ledger.post(
        key=f"payment:{payment.uid}",
        kind="overpaid",
        subject=str(order.uid),
        occurred_at=clock.now(),
        entries=rules.merged(
            [
                debit(accounts.processor(payment.provider), currency, amount - fee, str(payment.uid)),
                debit(accounts.fees(payment.provider), currency, fee),
                credit(accounts.buyer(order.person.uid), currency, amount),
            ]
        ),
    )
    letters.put_on_balance(order=order, amount=payment.amount, key=f"overpaid:{payment.uid}")
