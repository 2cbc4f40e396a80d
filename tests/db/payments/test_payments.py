"""Payments: started, told about, asked about, given back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.payments import actions, providers
from lathe.payments.actions import Proof
from lathe.payments.errors import NoticeRefused, PaymentError, UnknownProvider
from lathe.payments.models import DemoCharge, Notice, Payment
from lathe.payments.providers.demo import courier, notices, processor, secret
from lathe.payments.providers.demo.courier import Delivery
from lathe.payments.providers.demo.processor import Manner
from lathe.payments.rules import ProviderNotice, State
from tests.db.payments.shop import CARD, NOTIFY_URL, RETURN_URL, started, take, take_all
from tests.plugins.databases import OwnDatabase

PAID, FAILED, REFUNDED = Payment.State.PAID, Payment.State.FAILED, Payment.State.REFUNDED


def paid(payment: Payment, behaviour: str = "normal") -> tuple[Delivery, ...]:
    return processor.pay(reference=payment.reference, card=CARD, manner=Manner(behaviour)).deliveries


def told(reference: str, state: State = State.PAID, minor: int = 198, currency: str = "EUR") -> Delivery:
    """A genuine notice made by hand."""
    body = notices.write(ProviderNotice(uuid4().hex, reference, state, Money(minor, currency), 250_000, "FR"))
    return Delivery(NOTIFY_URL, body)


def test_a_payment_begins_at_the_provider_and_sends_the_buyer_there(db: None) -> None:
    order = uuid4()
    payment, url = actions.start(
        order_uid=order, provider="demo", amount=Money(198, "EUR"), return_url=RETURN_URL, notify_url=NOTIFY_URL
    )
    payment.refresh_from_db()
    assert (payment.order_uid, payment.state, payment.amount) == (order, "started", Money(198, "EUR"))
    charge = DemoCharge.objects.get(reference=payment.reference)
    assert (charge.amount, charge.return_url, charge.notify_url) == (payment.amount, RETURN_URL, NOTIFY_URL)
    assert url == f"http://testserver/pay/demo/{payment.reference}/"


@pytest.mark.parametrize("minor", [0, -1])
def test_a_payment_of_nothing_is_refused(db: None, minor: int) -> None:
    with pytest.raises(PaymentError, match="more than nothing"):
        started(Money(minor, "EUR"))
    assert not Payment.objects.exists()


def test_a_provider_that_is_not_on_starts_nothing(db: None, settings: LazySettings) -> None:
    settings.LATHE_PROVIDERS = []
    with pytest.raises(UnknownProvider, match="'demo' is not on"):
        started()


def test_a_name_among_the_settings_that_is_no_provider_is_said(settings: LazySettings) -> None:
    settings.LATHE_PROVIDERS = ["demo", "shells"]
    with pytest.raises(UnknownProvider, match="no payment provider 'shells'; there is demo"):
        providers.enabled()


def test_a_notice_of_payment_proves_it_with_fee_country_and_moment(db: None) -> None:
    moment = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
    with clock.use(clock.FixedClock(moment)):
        payment = started()
        paid_with = processor.pay(reference=payment.reference, card="4000 0025 0000 0003")
        proof = take(paid_with.deliveries[0])
    payment.refresh_from_db()
    assert proof == Proof(payment, is_paid=True)
    assert (payment.state, payment.fee_micro, payment.country, payment.paid_at) == (PAID, 277_720, "FR", moment)
    kept = Notice.objects.get()
    assert (kept.outcome, kept.reference, kept.body) == (
        "applied",
        payment.reference,
        paid_with.deliveries[0].body.decode(),
    )


def test_a_notice_sent_five_times_counts_once(db: None) -> None:
    payment = started()
    proofs = take_all(paid(payment, "repeated"))
    assert [proof.is_repeat for proof in proofs] == [False, True, True, True, True]
    assert {(proof.payment.pk, proof.is_paid, proof.reason) for proof in proofs} == {(payment.pk, True, "")}
    assert Notice.objects.count() == 1


def test_a_notice_sent_ten_times_at_once_counts_once(own_database: OwnDatabase) -> None:
    payment = started()
    with courier.use(lambda _: None):
        delivery = paid(payment)[0]
    barrier = Barrier(10)

    def one() -> Proof:
        barrier.wait()
        try:
            return take(delivery)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        proofs = [future.result() for future in [pool.submit(one) for _ in range(10)]]
    assert sorted(proof.is_repeat for proof in proofs) == [False] + [True] * 9
    assert all(proof.is_paid for proof in proofs)
    assert Notice.objects.count() == 1


def test_a_forged_notice_is_refused_and_nothing_of_it_is_kept(db: None) -> None:
    payment = started()
    with pytest.raises(NoticeRefused, match="does not match"):
        take(paid(payment, "forged")[0])
    payment.refresh_from_db()
    assert payment.state == "started"
    assert not Notice.objects.exists()


def test_a_genuine_notice_sent_again_after_an_hour_by_somebody_else_is_refused(db: None) -> None:
    delivery = paid(started())[0]
    headers = delivery.headers()
    with (
        clock.use(clock.FixedClock(clock.now() + timedelta(hours=1))),
        pytest.raises(NoticeRefused, match="five minutes"),
    ):
        actions.receive(provider="demo", headers=headers, body=delivery.body)


@pytest.mark.parametrize(
    ("minor", "currency", "reason"),
    [
        (1, "EUR", "is of 0.01EUR; the payment asked for 1.98EUR"),
        (199, "EUR", "is of 1.99EUR; the payment asked for 1.98EUR"),
        (198, "USD", "is in USD; the payment asked for 1.98EUR"),
    ],
)
def test_a_notice_of_another_amount_is_kept_as_refused_and_pays_nothing(
    db: None, minor: int, currency: str, reason: str
) -> None:
    payment = started()
    proof = take(told(payment.reference, minor=minor, currency=currency))
    payment.refresh_from_db()
    assert (proof.is_paid, proof.payment, payment.state) == (False, payment, "started")
    assert reason in proof.reason
    assert [(kept.outcome, kept.reason) for kept in Notice.objects.all()] == [("refused", proof.reason)]


def test_a_notice_of_another_amount_does_not_undo_a_payment(db: None) -> None:
    payment = started()
    take(paid(payment)[0])
    assert not take(told(payment.reference, minor=1)).is_paid
    payment.refresh_from_db()
    assert payment.state == PAID


def test_a_notice_about_no_payment_of_ours_is_kept_as_refused(db: None) -> None:
    proof = take(told("demo_of_another_shop"))
    assert (proof.found, proof.is_paid) == (None, False)
    with pytest.raises(PaymentError, match="no payment 'demo_of_another_shop' at demo"):
        _ = proof.payment
    assert Notice.objects.get().outcome == "refused"


def test_a_notice_that_came_before_its_payment_counts_when_it_is_repeated(db: None) -> None:
    early = told("demo_soon")
    assert not take(early).is_paid
    payment = started()
    Payment.objects.filter(pk=payment.pk).update(reference="demo_soon")
    proof = take(early)
    assert (proof.is_paid, proof.is_repeat) == (True, True)
    kept = Notice.objects.get()
    assert (kept.outcome, kept.reason) == ("applied", "")


@pytest.mark.parametrize("behaviour", ["failed_after", "failed_before"])
def test_a_notice_of_failure_never_unpays(db: None, behaviour: str) -> None:
    payment = started()
    take_all(paid(payment, behaviour))
    payment.refresh_from_db()
    assert payment.state == PAID
    assert Notice.objects.filter(outcome="applied").count() == 2


def test_cancelling_fails_the_payment_and_is_no_proof(db: None) -> None:
    payment = started()
    proofs = take_all(processor.cancel(reference=payment.reference))
    payment.refresh_from_db()
    assert payment.state == FAILED
    assert [proof.is_paid for proof in proofs] == [False]
    assert processor.cancel(reference=payment.reference) == ()


def test_a_lost_notice_is_made_good_by_asking(db: None) -> None:
    payment = started()
    assert actions.ask(payment=payment) == Proof(payment, is_paid=False)
    assert paid(payment, "lost") == ()
    proof = actions.ask(payment=payment)
    assert (proof.is_paid, proof.is_repeat, proof.payment.state, proof.payment.fee_micro) == (
        True,
        False,
        PAID,
        277_720,
    )
    again = actions.ask(payment=payment)
    assert (again.is_paid, again.is_repeat) == (True, True)


def test_a_notice_after_asking_changes_nothing(db: None) -> None:
    payment = started()
    deliveries = paid(payment, "delayed")
    first = actions.ask(payment=payment).payment.paid_at
    assert take(deliveries[0]).is_paid
    payment.refresh_from_db()
    assert payment.paid_at == first


def test_asking_about_a_payment_of_another_amount_proves_nothing(db: None) -> None:
    payment = started()
    deliveries = paid(payment, "wrong_amount")
    assert not take(deliveries[0]).is_paid
    proof = actions.ask(payment=payment)
    assert not proof.is_paid
    assert proof.reason == "The notice is of 1.99EUR; the payment asked for 1.98EUR."


def test_a_refund_gives_back_once_and_its_notice_changes_nothing(db: None) -> None:
    payment = started()
    take(paid(payment)[0])
    for _ in range(2):
        back = actions.refund(payment=payment, amount=Money(198, "EUR"))
        assert (back.state, back.refunded) == (REFUNDED, Money(198, "EUR"))
    charge = processor.charge(payment.reference)
    assert (charge.state, charge.refunded, charge.notices_made) == ("refunded", Money(198, "EUR"), 2)
    proof = actions.ask(payment=payment)
    assert (proof.is_paid, proof.reason, proof.payment.state) == (False, "", REFUNDED)


def test_a_refund_in_parts_counts_what_was_given_back_in_all(db: None) -> None:
    payment = started()
    take(paid(payment)[0])
    assert actions.refund(payment=payment, amount=Money(98, "EUR")).state == PAID
    assert actions.refund(payment=payment, amount=Money(50, "EUR")).refunded == Money(98, "EUR")
    assert actions.refund(payment=payment, amount=Money(198, "EUR")).state == REFUNDED


def test_a_refund_made_at_the_provider_is_learned_from_its_notice(db: None) -> None:
    payment = started()
    take(paid(payment)[0])
    deliveries = processor.refund(reference=payment.reference, amount=Money(198, "EUR"))
    proof = take(deliveries[0])
    assert (proof.is_paid, proof.payment.state, proof.payment.refunded) == (False, REFUNDED, Money(198, "EUR"))


def test_a_payment_that_is_not_paid_is_not_given_back(db: None) -> None:
    with pytest.raises(PaymentError, match="is started; only a paid one"):
        actions.refund(payment=started(), amount=Money(198, "EUR"))


@pytest.mark.parametrize("amount", [Money(199, "EUR"), Money(0, "EUR"), Money(198, "USD")])
def test_more_than_was_paid_is_not_given_back(db: None, amount: Money) -> None:
    payment = started()
    take(paid(payment)[0])
    with pytest.raises(PaymentError, match="cannot be given back of a payment of 1.98EUR"):
        actions.refund(payment=payment, amount=amount)


def test_a_provider_nobody_knows_has_no_notices(db: None) -> None:
    with pytest.raises(UnknownProvider, match="no payment provider 'shells'"):
        actions.receive(provider="shells", headers={}, body=b"")


def test_a_secret_that_is_set_signs_in_place_of_the_derived_one(settings: LazySettings) -> None:
    derived = secret.signing()
    settings.LATHE_DEMO_PAYMENT_SECRET = "set by the operator"
    assert secret.signing() == b"set by the operator" != derived
    assert settings.SECRET_KEY.encode() not in derived
