"""Refunds undo a sale by its own postings."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from lathe.accounts.models import Person
from lathe.basics.money import Money
from lathe.delivery.models import Entitlement
from lathe.jobs import reconcile, runner
from lathe.jobs.models import Job
from lathe.ledger import accounts, checks
from lathe.ledger import queries as books
from lathe.mail.models import Letter
from lathe.payments.models import DemoCharge, Payment
from lathe.royalties import actions as royalties
from lathe.sales import gifts, refunds
from lathe.sales.errors import RefundRefused
from lathe.sales.models import Order
from tests import paying, shops

pytestmark = pytest.mark.usefixtures("own_database")


def operator() -> Person:
    return Person.objects.create_user("operator@example.com", is_operator=True)


def test_a_refund_nets_label_tax_and_margin_to_zero_by_the_original_terms() -> None:
    shop = shops.opened()
    order = paying.paid(shops.placed(shop))
    royalties.agree(party_uid=shop.label.uid, share=Fraction(1, 2), use_wholesale=False, starts_on=date(2024, 1, 1))
    refunds.refund(order=order, reason="asked for it", operator=operator())
    for code in (accounts.payable(shop.label.uid), accounts.tax("DE"), accounts.margin()):
        assert books.balance(code, "EUR") == 0
    assert books.balance(accounts.processor("demo"), "EUR") == -books.balance(accounts.fees("demo"), "EUR")
    assert checks.check().is_sound


def test_a_refund_ends_the_files_tells_the_buyer_and_returns_the_money_once() -> None:
    order = paying.paid(shops.placed(shops.opened()))
    made = refunds.refund(order=order, reason="asked for it", operator=operator())
    assert not Entitlement.objects.filter(ended_at__isnull=True).exists()
    assert Letter.objects.filter(key=f"refund:{made.uid}").exists()
    refunds.return_money(str(made.uid))
    refunds.return_money(str(made.uid))
    assert Payment.objects.get().state == Payment.State.REFUNDED
    assert DemoCharge.objects.get().refunded_minor == 249


def test_what_the_balance_paid_goes_back_to_the_balance() -> None:
    shop, person = shops.opened(), shops.buyer()
    gifts.give(person=person, amount=Money(100, "EUR"), reason="test", key="one")
    order = paying.paid(shops.placed(shop, person=person, use_balance=True))
    refunds.refund(order=order, reason="asked for it", operator=operator())
    assert books.buyer_balance(person.uid, "EUR") == Money(100, "EUR")
    assert checks.check().is_sound


def test_an_order_whose_buyer_has_left_is_undone_in_the_books_all_the_same() -> None:
    shop, person = shops.opened(), shops.buyer()
    gifts.give(person=person, amount=Money(100, "EUR"), reason="test", key="one")
    order = paying.paid(shops.placed(shop, person=person, use_balance=True))
    Order.objects.filter(id=order.id).update(person=None)
    order.refresh_from_db()

    refunds.refund(order=order, reason="asked for it", operator=operator())

    for code in (accounts.payable(shop.label.uid), accounts.tax("DE"), accounts.margin()):
        assert books.balance(code, "EUR") == 0
    assert books.balance(accounts.buyer(order.uid), "EUR") == -1_000_000
    assert books.balance(accounts.processor("demo"), "EUR") == -books.balance(accounts.fees("demo"), "EUR")
    assert checks.check().is_sound


def test_an_order_is_refunded_once_and_only_when_paid() -> None:
    shop = shops.opened()
    pending = shops.placed(shop)
    with pytest.raises(RefundRefused, match="is not paid"):
        refunds.refund(order=pending, reason="asked", operator=operator())
    order = paying.paid(pending)
    with pytest.raises(RefundRefused, match="Say why"):
        refunds.refund(order=order, reason=" ", operator=Person.objects.get(is_operator=True))
    refunds.refund(order=order, reason="asked", operator=Person.objects.get(is_operator=True))
    with pytest.raises(RefundRefused):
        refunds.refund(order=order, reason="asked", operator=Person.objects.get(is_operator=True))


def test_money_that_was_not_returned_is_found_by_the_sweep() -> None:
    order = paying.paid(shops.placed(shops.opened()))
    made = refunds.refund(order=order, reason="asked for it", operator=operator())
    Job.objects.all().delete()
    assert reconcile.sweep() == 3, "the money, and the letters of the order and of its refund"
    assert runner.run_due() == 3
    assert Payment.objects.get().state == Payment.State.REFUNDED
    assert reconcile.sweep() == 0
    assert refunds.unreturned() == [], made.uid
