"""What every payment provider keeps to. It runs over the table, so that a newcomer is tested on arrival.

A provider needs a processor here: the other side of it, which takes a payer's money and hands out genuine notices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from babel.numbers import list_currencies

from lathe.basics.money import Money
from lathe.basics.territory import check
from lathe.payments import actions
from lathe.payments.errors import NoticeRefused, PaymentError
from lathe.payments.models import Notice, Payment
from lathe.payments.providers import PROVIDERS
from lathe.payments.providers.base import Provider
from lathe.payments.providers.demo import processor
from lathe.payments.providers.demo.courier import Delivery
from lathe.payments.rules import State

RETURN_URL = "https://shop.example/orders/one/"
NOTIFY_URL = "https://shop.example/payments/notice/"


@dataclass(frozen=True)
class Letter:
    """A genuine notice as it comes over the wire."""

    headers: Mapping[str, str]
    body: bytes


class Processor(Protocol):
    """The other side of a provider."""

    def pay(self, payment: Payment) -> Letter:
        """Let the payer pay; the notice of it."""

    def cancel(self, payment: Payment) -> Letter:
        """Let the payer give up; the notice of it."""

    def refund(self, payment: Payment, amount: Money) -> Letter:
        """Give back `amount` in all at the processor's own desk; the notice of it."""

    def charge_back(self, payment: Payment) -> Letter:
        """Let the payer's bank take a payment back; the notice of it. For a provider that reports it alone."""


class DemoDesk:
    """The demo processor is its own other side."""

    def pay(self, payment: Payment) -> Letter:
        return self._letter(processor.pay(reference=payment.reference, card="4242424242424242").deliveries)

    def cancel(self, payment: Payment) -> Letter:
        return self._letter(processor.cancel(reference=payment.reference))

    def refund(self, payment: Payment, amount: Money) -> Letter:
        return self._letter(processor.refund(reference=payment.reference, amount=amount))

    def charge_back(self, payment: Payment) -> Letter:
        return self._letter(processor.charge_back(reference=payment.reference))

    def _letter(self, deliveries: tuple[Delivery, ...]) -> Letter:
        (delivery,) = deliveries
        return Letter(delivery.headers(), delivery.body)


DESKS: Mapping[str, Processor] = {"demo": DemoDesk()}


@dataclass(frozen=True)
class Case:
    """A provider under test, with its other side and a payment that was begun."""

    provider: Provider
    desk: Processor
    payment: Payment


@pytest.fixture(params=sorted(PROVIDERS))
def provider(request: pytest.FixtureRequest) -> Provider:
    return PROVIDERS[request.param]


@pytest.fixture
def begin(db: None, provider: Provider) -> Callable[[], Payment]:
    def begun() -> Payment:
        payment, _ = actions.start(
            order_uid=uuid4(),
            provider=provider.name,
            amount=amount(provider),
            return_url=RETURN_URL,
            notify_url=f"{NOTIFY_URL}{provider.name}/",
        )
        return payment

    return begun


@pytest.fixture
def case(provider: Provider, begin: Callable[[], Payment]) -> Case:
    return Case(provider, DESKS[provider.name], begin())


def amount(provider: Provider, minor: int = 198) -> Money:
    return Money(minor, "EUR" if provider.capabilities.takes("EUR") else min(provider.capabilities.currencies))


def take(case: Case, letter: Letter) -> actions.Proof:
    return actions.receive(provider=case.provider.name, headers=letter.headers, body=letter.body)


def test_every_provider_has_another_side_here() -> None:
    assert set(DESKS) == set(PROVIDERS)


def test_it_is_named_as_in_the_table_and_says_what_it_is(provider: Provider) -> None:
    assert PROVIDERS[provider.name] is provider
    assert provider.name.isidentifier()
    assert provider.name.islower()
    assert provider.title.strip()
    assert provider.sentence.endswith(".")
    assert provider.is_test in {True, False}


def test_it_takes_only_currencies_that_there_are(provider: Provider) -> None:
    assert provider.capabilities.currencies <= list_currencies()


def test_it_sends_the_buyer_to_a_web_address_and_knows_each_payment_apart(
    provider: Provider, begin: Callable[[], Payment]
) -> None:
    one, other = begin(), begin()
    assert one.reference != other.reference
    started = provider.start(one, RETURN_URL, NOTIFY_URL)
    assert urlsplit(started.redirect_url).scheme in {"http", "https"}
    assert urlsplit(started.redirect_url).hostname


def test_starting_the_same_payment_again_begins_no_second_one(case: Case) -> None:
    assert case.provider.start(case.payment, RETURN_URL, NOTIFY_URL).reference == case.payment.reference


def test_a_genuine_notice_says_what_was_paid(case: Case) -> None:
    letter = case.desk.pay(case.payment)
    told = case.provider.read_notice(letter.headers, letter.body)
    assert (told.state, told.reference, told.amount) == (State.PAID, case.payment.reference, case.payment.amount)
    assert told.notice_id
    assert (told.fee_micro > 0) or not case.provider.capabilities.reports_fee
    if case.provider.capabilities.reports_country:
        assert check(told.country) == told.country


def test_reading_a_notice_changes_nothing(case: Case) -> None:
    letter = case.desk.pay(case.payment)
    assert case.provider.read_notice(letter.headers, letter.body) == case.provider.read_notice(
        letter.headers, letter.body
    )
    case.payment.refresh_from_db()
    assert case.payment.state == "started"
    assert not Notice.objects.exists()


def test_a_notice_whose_body_was_changed_is_refused(case: Case) -> None:
    letter = case.desk.pay(case.payment)
    with pytest.raises(NoticeRefused):
        case.provider.read_notice(letter.headers, letter.body + b" ")


@pytest.mark.parametrize("body", [b"", b"{}", b"\x00\xff", b"<notice/>"])
def test_a_body_of_ones_own_under_a_genuine_header_is_refused(case: Case, body: bytes) -> None:
    letter = case.desk.pay(case.payment)
    with pytest.raises(NoticeRefused):
        case.provider.read_notice(letter.headers, body)


def test_a_notice_without_its_headers_is_refused(case: Case) -> None:
    letter = case.desk.pay(case.payment)
    with pytest.raises(NoticeRefused):
        case.provider.read_notice({}, letter.body)


def test_a_notice_of_one_payment_does_not_pay_another(case: Case, begin: Callable[[], Payment]) -> None:
    other = begin()
    assert take(case, case.desk.pay(case.payment)).payment == case.payment
    other.refresh_from_db()
    assert other.state == "started"


def test_a_notice_that_is_repeated_counts_once(case: Case) -> None:
    letter = case.desk.pay(case.payment)
    proofs = [take(case, letter) for _ in range(3)]
    assert [(proof.is_paid, proof.is_repeat) for proof in proofs] == [(True, False), (True, True), (True, True)]
    assert Notice.objects.count() == 1


def test_a_chargeback_is_told_once_and_ends_the_payment(case: Case) -> None:
    if not case.provider.capabilities.reports_chargeback:
        pytest.skip("does not report chargebacks")
    paid = case.desk.pay(case.payment)
    assert take(case, paid).is_paid
    taken_back = case.desk.charge_back(case.payment)
    proofs = [take(case, letter) for letter in (taken_back, taken_back, paid)]
    assert [(proof.is_paid, proof.is_charged_back) for proof in proofs] == [(False, True)] * 3
    assert proofs[0].payment.chargeback_fee_micro == proofs[2].payment.chargeback_fee_micro > 0
    assert actions.ask(payment=case.payment).is_charged_back


def test_giving_up_is_a_failure(case: Case) -> None:
    proof = take(case, case.desk.cancel(case.payment))
    assert (proof.is_paid, proof.payment.state) == (False, "failed")


def test_asking_about_an_open_payment_tells_nothing(case: Case) -> None:
    assert case.provider.fetch(case.payment.reference) is None


def test_asking_tells_what_the_notice_would_have_told(case: Case) -> None:
    letter = case.desk.pay(case.payment)
    told = case.provider.read_notice(letter.headers, letter.body)
    asked = case.provider.fetch(case.payment.reference)
    assert asked is not None
    assert (asked.state, asked.amount, asked.fee_micro, asked.country) == (
        told.state,
        told.amount,
        told.fee_micro,
        told.country,
    )
    assert case.provider.fetch(case.payment.reference) == asked


def test_asking_about_a_payment_it_does_not_know_is_said(case: Case) -> None:
    with pytest.raises(PaymentError, match="nobodys"):
        case.provider.fetch("nobodys")


def test_a_payment_that_is_not_paid_is_not_given_back(case: Case) -> None:
    with pytest.raises(PaymentError):
        case.provider.refund(case.payment, case.payment.amount)


def test_a_refund_that_is_asked_for_twice_is_made_once(case: Case) -> None:
    if not case.provider.capabilities.can_refund:
        pytest.skip(f"{case.provider.name} gives nothing back by itself")
    take(case, case.desk.pay(case.payment))
    for _ in range(2):
        case.provider.refund(case.payment, case.payment.amount)
    asked = case.provider.fetch(case.payment.reference)
    assert asked is not None
    assert (asked.state, asked.amount) == (State.REFUNDED, case.payment.amount)


def test_a_refund_in_parts_tells_what_was_given_back_in_all(case: Case) -> None:
    if not case.provider.capabilities.can_refund_part:
        pytest.skip(f"{case.provider.name} gives back the whole alone")
    take(case, case.desk.pay(case.payment))
    for minor in (98, 150):
        letter = case.desk.refund(case.payment, amount(case.provider, minor))
        told = case.provider.read_notice(letter.headers, letter.body)
        assert (told.state, told.amount.minor) == (State.REFUNDED, minor)


def test_more_than_was_paid_is_not_given_back(case: Case) -> None:
    take(case, case.desk.pay(case.payment))
    with pytest.raises(PaymentError):
        case.provider.refund(case.payment, amount(case.provider, 199))
