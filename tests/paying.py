"""Paying in tests: through the demo processor's own doings, its notices handed straight to the shop."""

from __future__ import annotations

from collections.abc import Sequence

from lathe.payments.errors import NoticeRefused
from lathe.payments.models import Payment
from lathe.payments.providers.demo import courier, processor
from lathe.payments.providers.demo.courier import Delivery
from lathe.payments.providers.demo.processor import Manner
from lathe.sales import orders, settlement
from lathe.sales.models import Order

GOOD_CARD = "4242424242424242"
_URL = "http://testserver/"


def begun(order: Order) -> Payment:
    """A payment of the order that waits for a card."""
    orders.pay(order=order, provider="demo", return_url=_URL, notify_url=_URL)
    return Payment.objects.filter(order_uid=order.uid).latest("id")


def notices(payment: Payment, behaviour: str = "normal") -> Sequence[Delivery]:
    """What the processor sends once a good card was given; nothing is brought yet."""
    with courier.use(lambda deliveries: None):
        return processor.pay(reference=payment.reference, card=GOOD_CARD, manner=Manner(behaviour)).deliveries


def bring(delivery: Delivery) -> bool:
    """Hand a notice to the shop; False when it was refused as forged."""
    try:
        settlement.apply_notice(provider="demo", headers=delivery.headers(), body=delivery.body)
    except NoticeRefused:
        return False
    return True


def paid(order: Order) -> Order:
    """Pay an order whole: by card, or without one where nothing is due."""
    if order.due:
        for delivery in notices(begun(order)):
            bring(delivery)
    else:
        orders.pay(order=order, provider="", return_url=_URL, notify_url=_URL)
    order.refresh_from_db()
    return order
