"""A payment to try things on, and a courier that hands notices to the shop in the same process."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from lathe.basics.money import Money
from lathe.payments import actions
from lathe.payments.actions import Proof
from lathe.payments.models import Payment
from lathe.payments.providers.demo.courier import Delivery

RETURN_URL = "http://testserver/orders/one/"
NOTIFY_URL = "http://testserver/payments/notice/demo/"
CARD = "4242 4242 4242 4242"


def started(amount: Money | None = None) -> Payment:
    payment, _ = actions.start(
        order_uid=uuid4(),
        provider="demo",
        amount=Money(198, "EUR") if amount is None else amount,
        return_url=RETURN_URL,
        notify_url=NOTIFY_URL,
    )
    return payment


def take(delivery: Delivery) -> Proof:
    """The shop receives a notice as its web door hands it in."""
    return actions.receive(provider="demo", headers=delivery.headers(), body=delivery.body)


def take_all(deliveries: Sequence[Delivery]) -> list[Proof]:
    return [take(delivery) for delivery in deliveries]
