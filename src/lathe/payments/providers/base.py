"""The port that every payment provider is built to. A provider is a folder here and a line in the table of providers.

A notice is only a trigger: what counts is what the provider has signed, or says when asked (`fetch`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lathe.basics.money import Money
from lathe.payments.rules import ProviderNotice

if TYPE_CHECKING:
    from lathe.payments.models import Payment


@dataclass(frozen=True)
class Capabilities:
    """What a provider can do, as data.

    `currencies` are ISO 4217 codes, empty for every one. Where it `reports_chargeback`, a notice tells that a payer's
    bank took a payment back; where not, the operator books it.
    """

    can_refund: bool = True
    can_refund_part: bool = True
    reports_fee: bool = False
    reports_country: bool = False
    reports_chargeback: bool = False
    currencies: frozenset[str] = frozenset()

    def takes(self, currency: str) -> bool:
        return not self.currencies or currency in self.currencies


@dataclass(frozen=True)
class Started:
    """A payment the provider has taken on: its own id of it, and the address to send the buyer to."""

    reference: str
    redirect_url: str


class Provider(Protocol):
    """A payment provider.

    `name` is its key in the table; `title` and `sentence` are for the buyer; `is_test` when no real money moves.
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def sentence(self) -> str: ...

    @property
    def is_test(self) -> bool: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def start(self, payment: Payment, return_url: str, notify_url: str) -> Started:
        """Take on a payment of `payment.amount`.

        The buyer comes back to `return_url`, paid or not; signed notices go to `notify_url`. `payment.uid` serves as
        the key by which a repeated request has one effect. Raises PaymentError when the provider does not take it.
        """

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> ProviderNotice:
        """Prove the sender of a notice and read it. Raises NoticeRefused; changes nothing."""

    def fetch(self, reference: str) -> ProviderNotice | None:
        """Ask what has become of a payment; None while it is open. Raises PaymentError on an unknown reference.

        The notice's id is the same each time until the state changes.
        """

    def refund(self, payment: Payment, amount: Money) -> None:
        """See to it that `amount` in all has been given back; asked again, it changes nothing.

        Raises PaymentError when the payment is not paid, or it is too much.
        """
