"""Top-ups, vouchers and credit for bad files: each once, and no tax before the money is spent."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from lathe.basics.money import Money
from lathe.ledger import accounts, checks
from lathe.ledger import queries as books
from lathe.ledger.models import TaxRecord, Transaction
from lathe.payments.models import Payment
from lathe.sales import balances
from lathe.sales.errors import SalesError
from tests import paying, shops

pytestmark = pytest.mark.usefixtures("db")

VOUCHER = UUID("6a1b0f5e-1111-4222-8333-444455556666")


def received(minor: int = 2000, state: str = "paid") -> Payment:
    """A payment of 20.00 EUR of which the provider keeps 0.53."""
    return Payment.objects.create(
        order_uid=uuid4(),
        provider="demo",
        reference=uuid4().hex,
        amount_minor=minor,
        currency="EUR",
        fee_micro=530_000,
        state=state,
    )


def test_a_top_up_is_owed_to_the_buyer_and_its_bonus_is_the_shops_expense() -> None:
    person, payment = shops.buyer(), received()
    for _ in range(2):
        balances.top_up(person=person, payment=payment, bonus=Money(200, "EUR"))
    assert books.balance(accounts.buyer(person.uid), "EUR") == -22_000_000
    assert books.balance(accounts.processor("demo"), "EUR") == 19_470_000
    assert books.balance(accounts.fees("demo"), "EUR") == 530_000
    assert books.balance(accounts.bonus(), "EUR") == 2_000_000
    assert not TaxRecord.objects.exists()


def test_a_top_up_that_is_not_paid_or_has_a_strange_bonus_is_refused() -> None:
    person = shops.buyer()
    with pytest.raises(SalesError, match="only a paid one"):
        balances.top_up(person=person, payment=received(state="started"))
    with pytest.raises(SalesError, match="amount of EUR"):
        balances.top_up(person=person, payment=received(), bonus=Money(1, "USD"))
    assert not Transaction.objects.exists()


def test_a_voucher_is_owed_until_it_is_redeemed_once() -> None:
    person, other = shops.buyer(), shops.buyer("other@example.com")
    balances.sell_voucher(voucher=VOUCHER, payment=received())
    assert books.balance(accounts.voucher(VOUCHER), "EUR") == -20_000_000
    for _ in range(2):
        assert balances.redeem_voucher(voucher=VOUCHER, person=person, currency="EUR") == Money(2000, "EUR")
    with pytest.raises(SalesError, match="by somebody else"):
        balances.redeem_voucher(voucher=VOUCHER, person=other, currency="EUR")
    with pytest.raises(SalesError, match="good for nothing"):
        balances.expire_voucher(voucher=VOUCHER, currency="EUR")
    assert books.buyer_balance(person.uid, "EUR") == Money(2000, "EUR")
    assert books.balance(accounts.voucher(VOUCHER), "EUR") == 0


def test_a_voucher_that_lapses_is_income_and_cannot_be_redeemed() -> None:
    balances.sell_voucher(voucher=VOUCHER, payment=received())
    for _ in range(2):
        balances.expire_voucher(voucher=VOUCHER, currency="EUR")
    assert books.balance(accounts.lapsed(), "EUR") == -20_000_000
    with pytest.raises(SalesError, match="good for nothing"):
        balances.redeem_voucher(voucher=VOUCHER, person=shops.buyer(), currency="EUR")
    assert not TaxRecord.objects.exists()


def test_tax_on_voucher_money_is_due_when_it_is_spent() -> None:
    shop, person = shops.opened(), shops.buyer()
    balances.sell_voucher(voucher=VOUCHER, payment=received())
    balances.redeem_voucher(voucher=VOUCHER, person=person, currency="EUR")
    assert books.balance(accounts.tax("DE"), "EUR") == 0
    paying.paid(shops.placed(shop, person=person, use_balance=True))
    assert books.balance(accounts.tax("DE"), "EUR") == -400_000
    assert [(row.country, row.tax_micro) for row in TaxRecord.objects.all()] == [("DE", 400_000)]
    assert checks.check().findings == ()


def test_a_bad_file_is_credited_up_to_its_price_at_the_shops_expense() -> None:
    shop, person = shops.opened(), shops.buyer()
    line = paying.paid(shops.placed(shop)).lines.get()
    owed = books.balance(accounts.payable(shop.label.uid), "EUR")
    for _ in range(2):
        balances.credit_bad_file(line=line, amount=Money(200, "EUR"), key="one")
    with pytest.raises(SalesError, match="cannot be given back"):
        balances.credit_bad_file(line=line, amount=Money(50, "EUR"), key="two")
    balances.credit_bad_file(line=line, amount=Money(49, "EUR"), key="two")
    assert books.buyer_balance(person.uid, "EUR") == Money(249, "EUR")
    assert books.balance(accounts.bad_files(), "EUR") == 2_490_000
    assert books.balance(accounts.payable(shop.label.uid), "EUR") == owed == -1_463_000


def test_a_file_of_an_order_that_is_not_paid_is_not_credited() -> None:
    line = shops.placed(shops.opened()).lines.get()
    with pytest.raises(SalesError, match="is not paid"):
        balances.credit_bad_file(line=line, amount=Money(1, "EUR"), key="one")
