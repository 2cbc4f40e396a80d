"""The demo processor behind the provider port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.urls import reverse
from django.utils.translation import gettext

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.payments.providers.base import Capabilities, Started
from lathe.payments.providers.demo import notices, processor, secret
from lathe.payments.rules import ProviderNotice, State

if TYPE_CHECKING:
    from lathe.payments.models import Payment


_STATES = {
    "paid": State.PAID,
    "cancelled": State.FAILED,
    "refunded": State.REFUNDED,
    "chargeback": State.CHARGEBACK,
}


class DemoProvider:
    """A simulated card processor: the demo shop's, and the tests' double."""

    name = "demo"
    is_test = True
    capabilities = Capabilities(reports_fee=True, reports_country=True, reports_chargeback=True)

    @property
    def title(self) -> str:
        return gettext("Test card")

    @property
    def sentence(self) -> str:
        return gettext("A test processor with test cards. No money moves.")

    def start(self, payment: Payment, return_url: str, notify_url: str) -> Started:
        """Open a charge. Its page lies on the host the buyer comes back to, so that its form may redirect there."""
        charge = processor.open_charge(
            key=payment.uid, amount=payment.amount, return_url=return_url, notify_url=notify_url
        )
        return Started(charge.reference, urljoin(return_url, reverse("demo_processor:page", args=[charge.reference])))

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> ProviderNotice:
        return notices.read(headers, body, secret.signing(), clock.now())

    def fetch(self, reference: str) -> ProviderNotice | None:
        charge = processor.charge(reference)
        state = _STATES.get(charge.state)
        return processor.told(charge, state, f"{reference}_asked_{state}") if state else None

    def refund(self, payment: Payment, amount: Money) -> None:
        processor.refund(reference=payment.reference, amount=amount)
