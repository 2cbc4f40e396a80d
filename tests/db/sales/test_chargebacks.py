"""Chargebacks: the bank takes a payment back, and the shop books it once, whoever tells it and however often."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from lathe.delivery.models import Entitlement
from lathe.ledger import accounts, checks, sealing
from lathe.ledger import queries as books
from lathe.ledger.models import TaxRecord, Transaction
from lathe.mail.models import Letter
from lathe.payments.errors import PaymentError
from lathe.payments.models import Payment
from lathe.payments.providers.demo import courier, processor
from lathe.royalties import actions as royalties
from lathe.sales import chargebacks, refunds
from lathe.sales.errors import RefundRefused, SalesError
from lathe.sales.models import Order
from tests import paying, shops
from tests.db.sales.test_refunds import operator

pytestmark = pytest.mark.usefixtures("own_database")


def charged_back(order: Order, times: int = 1) -> Order:
    """The processor says so, as often as asked."""
    payment = Payment.objects.filter(order_uid=order.uid).latest("id")
    with courier.use(lambda deliveries: None):
        deliveries = processor.charge_back(reference=payment.reference)
    for delivery in deliveries * times:
        paying.bring(delivery)
    order.refresh_from_db()
    return order


def balances(shop: shops.Shop) -> dict[str, int]:
    codes = {
        "processor": accounts.processor("demo"),
        "fees": accounts.fees("demo"),
        "chargebacks": accounts.chargebacks("demo"),
        "payable": accounts.payable(shop.label.uid),
        "tax": accounts.tax("DE"),
        "margin": accounts.margin(),
    }
    return {name: books.balance(code, "EUR") for name, code in codes.items()}


def test_the_sale_is_undone_by_its_own_postings_and_the_shop_bears_both_fees() -> None:
    shop = shops.opened()
    order = paying.paid(shops.placed(shop))
    royalties.agree(party_uid=shop.label.uid, share=Fraction(1, 2), use_wholesale=False, starts_on=date(2024, 1, 1))
    assert charged_back(order, times=3).state == Order.State.CHARGEBACK
    assert balances(shop) == {
        "processor": -15_284_860,
        "fees": 284_860,
        "chargebacks": 15_000_000,
        "payable": 0,
        "tax": 0,
        "margin": 0,
    }
    assert Transaction.objects.filter(kind="chargeback").count() == 1
    sealing.seal()
    assert checks.check().findings == ()


def test_the_files_end_and_the_buyer_is_told_once() -> None:
    order = charged_back(paying.paid(shops.placed(shops.opened())), times=2)
    assert not Entitlement.objects.filter(ended_at__isnull=True).exists()
    payment = Payment.objects.get()
    letter = Letter.objects.get(key=f"chargeback:{payment.uid}")
    assert "2.49" in letter.text
    assert payment.state == Payment.State.CHARGEBACK
    with pytest.raises(RefundRefused, match="not paid"):
        refunds.refund(order=order, reason="x", operator=operator())


def test_the_tax_record_is_undone_too() -> None:
    charged_back(paying.paid(shops.placed(shops.opened())))
    rows = TaxRecord.objects.order_by("id").values_list("country", "rate_bp", "net_micro", "tax_micro")
    assert list(rows) == [("DE", 1900, 2_090_000, 400_000), ("DE", 1900, -2_090_000, -400_000)]


def test_what_the_balance_paid_goes_back_to_the_balance() -> None:
    shop, person = shops.opened(), shops.buyer()
    shops.give(person, 100)
    order = paying.paid(shops.placed(shop, person=person, use_balance=True))
    charged_back(order)
    assert books.buyer_balance(person.uid, "EUR").minor == 100
    assert balances(shop)["payable"] == 0


def test_a_payment_that_lay_on_a_balance_is_taken_from_there() -> None:
    shop = shops.opened()
    order = shops.placed(shop)
    first, second = paying.begun(order), paying.begun(order)
    for payment in (first, second):
        for delivery in paying.notices(payment):
            paying.bring(delivery)
    person = shops.buyer()
    assert books.buyer_balance(person.uid, "EUR").minor == 249
    charged_back(order)
    order.refresh_from_db()
    assert order.state == Order.State.PAID
    assert books.balance(accounts.buyer(person.uid), "EUR") == 0
    assert Transaction.objects.get(key=f"chargeback:{second.uid}").kind == "payment-lost"
    assert balances(shop)["chargebacks"] == 15_000_000


def test_a_payment_given_back_already_is_lost_once_more() -> None:
    shop = shops.opened()
    order = paying.paid(shops.placed(shop))
    refunds.refund(order=order, reason="asked for it", operator=operator())
    order = charged_back(order)
    assert order.state == Order.State.REFUNDED
    assert balances(shop)["chargebacks"] == 17_490_000
    assert balances(shop)["tax"] == 0
    refunds.return_money(str(order.refund.uid))


def test_a_chargeback_before_the_word_of_payment_settles_nothing() -> None:
    shop = shops.opened()
    order = shops.placed(shop)
    paid, taken = paying.notices(paying.begun(order), "chargeback")
    for delivery in (taken, paid, taken):
        paying.bring(delivery)
    order.refresh_from_db()
    assert order.state == Order.State.PENDING
    assert balances(shop) == {
        "processor": -15_000_000,
        "fees": 0,
        "chargebacks": 15_000_000,
        "payable": 0,
        "tax": 0,
        "margin": 0,
    }


def test_an_operator_books_one_where_the_provider_sends_no_notice() -> None:
    shop = shops.opened()
    order = paying.paid(shops.placed(shop))
    for _ in range(2):
        chargebacks.of_order(number=order.number.lower(), fee=None)
    assert balances(shop)["processor"] == -284_860
    order.refresh_from_db()
    assert order.state == Order.State.CHARGEBACK


def test_what_cannot_be_charged_back_is_said() -> None:
    order = shops.placed(shops.opened())
    with pytest.raises(SalesError, match="no order 'NONE'"):
        chargebacks.of_order(number="NONE", fee=None)
    with pytest.raises(SalesError, match="not paid through a payment provider"):
        chargebacks.of_order(number=order.number, fee=None)
    with pytest.raises(PaymentError, match="is started; only a paid one"):
        chargebacks.charge_back(payment=paying.begun(order), fee_micro=0)
