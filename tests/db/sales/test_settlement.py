"""Settlement: a proven payment makes an order paid, owned, posted and confirmed, once and wholly."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.basics.money import Money
from lathe.delivery.models import Entitlement
from lathe.jobs import reconcile, runner
from lathe.jobs.models import Job
from lathe.ledger import accounts, checks
from lathe.ledger import queries as books
from lathe.ledger.models import Transaction
from lathe.mail.models import Letter
from lathe.payments.models import Notice, Payment
from lathe.sales import gifts, orders, settlement
from lathe.sales.models import Basket, Order
from tests import paying, shops
from tests.plugins.databases import OwnDatabase

pytestmark = pytest.mark.usefixtures("own_database")

EUR = "EUR"


def balance(code: str) -> int:
    return books.balance(code, EUR)


def state() -> dict[str, object]:
    """All that a settlement leaves behind."""
    postings = Transaction.objects.filter(kind="sale").values_list(
        "key", "postings__account__code", "postings__amount_micro"
    )
    return {
        "orders": sorted(Order.objects.values_list("state", flat=True)),
        "entitlements": Entitlement.objects.filter(ended_at__isnull=True).count(),
        "postings": sorted(row[1:] for row in postings),
        "letters": sorted(key.split(":")[0] for key in Letter.objects.values_list("key", flat=True)),
        "baskets": Basket.objects.count(),
        "payments": sorted(Payment.objects.values_list("state", flat=True)),
    }


def test_a_card_payment_posts_money_fee_tax_label_and_margin() -> None:
    shop = shops.opened()
    order = paying.paid(shops.placed(shop))
    fee = 284_860  # 1.4 % of 2.49 and 0.25
    assert order.state == Order.State.PAID
    assert balance(accounts.processor("demo")) == 2_490_000 - fee
    assert balance(accounts.fees("demo")) == fee
    assert balance(accounts.tax("DE")) == -400_000
    assert balance(accounts.payable(shop.label.uid)) == -1_463_000  # 70 % of 2.09
    assert balance(accounts.margin()) == -627_000
    assert checks.check().is_sound


def test_the_buyer_owns_every_track_and_gets_a_receipt_with_the_consent() -> None:
    order = paying.paid(shops.placed(shops.opened()))
    assert Entitlement.objects.filter(person=order.person).count() == 3
    letter = Letter.objects.get(to="buyer@example.com")
    assert order.consent_text in letter.text
    assert order.number in letter.subject
    assert "/library/o/" in letter.text
    assert not Basket.objects.exists()
    assert Job.objects.filter(kind=settlement.PRECUT, key=str(order.uid)).exists()


def test_a_fixed_wholesale_price_is_owed_even_above_the_share() -> None:
    shop = shops.opened(share=Fraction(0), wholesale_minor=60)
    paying.paid(shops.placed(shop, track=shop.tracks[0]))
    assert balance(accounts.payable(shop.label.uid)) == -600_000
    assert balance(accounts.margin()) == -(830_000 - 600_000)


@pytest.mark.parametrize("behaviour", ["repeated", "failed_after", "failed_before"])
def test_notices_that_repeat_or_come_in_the_wrong_order_settle_once(behaviour: str) -> None:
    order = shops.placed(shops.opened())
    for delivery in paying.notices(paying.begun(order), behaviour):
        assert paying.bring(delivery)
    assert state()["orders"] == ["paid"]
    assert Transaction.objects.filter(kind="sale").count() == 1
    assert Letter.objects.count() == 1


def test_a_notice_sent_five_times_leaves_what_one_leaves() -> None:
    order = shops.placed(shops.opened())
    first, *rest = paying.notices(paying.begun(order), "repeated")
    paying.bring(first)
    after_one = state()
    assert len(rest) == 4
    for delivery in rest:
        paying.bring(delivery)
    assert state() == after_one


def test_a_forged_notice_is_refused_and_changes_nothing() -> None:
    order = shops.placed(shops.opened())
    before = state()
    [forged] = paying.notices(paying.begun(order), "forged")
    assert not paying.bring(forged)
    assert not Notice.objects.exists()
    assert {**state(), "payments": []} == before


def test_a_notice_about_another_amount_is_kept_but_pays_nothing() -> None:
    order = shops.placed(shops.opened())
    [odd] = paying.notices(paying.begun(order), "wrong_amount")
    assert paying.bring(odd)
    order.refresh_from_db()
    assert order.state == Order.State.PENDING
    assert Notice.objects.get().outcome == Notice.Outcome.REFUSED
    assert not Transaction.objects.exists()


def test_a_buyer_back_before_the_notice_is_settled_by_asking_the_processor() -> None:
    order = shops.placed(shops.opened())
    payment = paying.begun(order)
    [late] = paying.notices(payment)
    settlement.confirm(payment=payment)
    asked = state()
    assert asked["orders"] == ["paid"]
    paying.bring(late)
    assert state() == asked


def test_a_second_payment_of_one_order_goes_to_the_balance() -> None:
    order = shops.placed(shops.opened())
    one, two = paying.begun(order), paying.begun(order)
    for payment in (one, two):
        for delivery in paying.notices(payment):
            paying.bring(delivery)
    assert order.person is not None
    assert books.buyer_balance(order.person.uid, EUR) == Money(249, EUR)
    assert Letter.objects.filter(key__startswith="overpaid:").count() == 1
    assert checks.check().is_sound


def test_the_balance_pays_all_without_a_processor() -> None:
    shop, person = shops.opened(), shops.buyer()
    gifts.give(person=person, amount=Money(500, EUR), reason="test", key="one")
    order = paying.paid(shops.placed(shop, person=person, use_balance=True, provider=""))
    assert order.state == Order.State.PAID
    assert books.buyer_balance(person.uid, EUR) == Money(251, EUR)
    assert not Payment.objects.exists()
    assert balance(accounts.held(order.uid)) == 0


def test_balance_and_card_share_one_order() -> None:
    shop, person = shops.opened(), shops.buyer()
    gifts.give(person=person, amount=Money(100, EUR), reason="test", key="one")
    order = paying.paid(shops.placed(shop, person=person, use_balance=True))
    assert order.due == Money(149, EUR)
    assert Payment.objects.get().amount == Money(149, EUR)
    assert books.buyer_balance(person.uid, EUR) == Money(0, EUR)
    assert balance(accounts.held(order.uid)) == 0


def test_one_balance_is_not_promised_to_two_orders() -> None:
    shop, person = shops.opened(), shops.buyer()
    gifts.give(person=person, amount=Money(249, EUR), reason="test", key="one")
    first = shops.placed(shop, person=person, use_balance=True, provider="demo")
    second = shops.placed(shop, person=person, use_balance=True, provider="demo")
    assert first.due == Money(0, EUR)
    assert second.due == Money(249, EUR)


def test_an_order_nobody_paid_gives_its_held_balance_back() -> None:
    shop, person = shops.opened(), shops.buyer()
    gifts.give(person=person, amount=Money(100, EUR), reason="test", key="one")
    order = shops.placed(shop, person=person, use_balance=True)
    orders.lapse(str(order.uid))
    orders.lapse(str(order.uid))
    order.refresh_from_db()
    assert order.state == Order.State.ABANDONED
    assert books.buyer_balance(person.uid, EUR) == Money(100, EUR)


def test_money_for_an_order_that_lapsed_with_its_balance_goes_to_the_balance() -> None:
    shop, person = shops.opened(), shops.buyer()
    gifts.give(person=person, amount=Money(100, EUR), reason="test", key="one")
    order = shops.placed(shop, person=person, use_balance=True)
    payment = paying.begun(order)
    orders.lapse(str(order.uid))
    for delivery in paying.notices(payment):
        paying.bring(delivery)
    order.refresh_from_db()
    assert order.state == Order.State.ABANDONED
    assert books.buyer_balance(person.uid, EUR) == Money(249, EUR)


def test_what_is_owned_already_costs_only_the_difference() -> None:
    shop, person = shops.opened(), shops.buyer()
    paying.paid(shops.placed(shop, track=shop.tracks[0], person=person))
    order = shops.placed(shop, person=person)
    assert order.total == Money(249 - 99, EUR)


def test_what_is_covered_costs_nothing_and_needs_no_money(own_database: OwnDatabase) -> None:
    shop, person = shops.opened(), shops.buyer()
    paying.paid(shops.placed(shop, person=person))
    again = paying.paid(shops.placed(shop, person=person, fmt="mp3:cbr=320", provider=""))
    assert again.total == Money(0, EUR)
    assert again.state == Order.State.PAID
    assert Transaction.objects.filter(kind="sale").count() == 1


def test_a_lost_notice_is_asked_for_though_the_buyer_never_comes_back() -> None:
    order = shops.placed(shops.opened())
    assert not paying.notices(paying.begun(order), "lost")
    with clock.use(FixedClock(clock.now() + timedelta(minutes=6))):
        assert reconcile.sweep() == 1
        runner.run_due()
    order.refresh_from_db()
    assert order.state == Order.State.PAID


def test_an_order_is_not_given_up_while_its_payment_was_made() -> None:
    order = shops.placed(shops.opened())
    assert not paying.notices(paying.begun(order), "lost")
    orders.lapse(str(order.uid))
    order.refresh_from_db()
    assert order.state == Order.State.PAID
