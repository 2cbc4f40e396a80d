"""What a sale posts always balances, and its refund nets everything but the processor's fee to zero."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.basics.money import Money
from lathe.ledger import accounts
from lathe.ledger.rules import sums
from lathe.royalties.rules.decisions import RECORDING, Owed, Part
from lathe.sales import rules, taxes
from lathe.sales.rules import LineTerms, Paid

ORDER, BUYER = uuid4(), uuid4()
PARTIES = (uuid4(), None, uuid4())


def line(price: int, rate_bp: int, owed: list[int]) -> LineTerms:
    gross = Money(price, "EUR")
    parts = tuple(Part(party, RECORDING, "all sales", 1, micro) for party, micro in zip(PARTIES, owed, strict=False))
    return LineTerms(uuid4(), gross, taxes.part(gross, rate_bp), Owed(parts, contract=1))


lines = st.builds(
    line,
    st.integers(1, 100_000),
    st.sampled_from([0, 700, 1900, 2100, 2550]),
    st.lists(st.integers(0, 90_000_000), max_size=3),
)


@given(st.lists(lines, min_size=1, max_size=6), st.integers(0, 100), st.integers(0, 2_000_000))
def test_a_sale_balances_and_its_refund_leaves_only_the_fee(sold: list[LineTerms], percent: int, fee: int) -> None:
    total = sum(item.price.micro for item in sold)
    held = total * percent // 100
    paid = Paid("demo", "p1", total - held, fee, held)
    sale = rules.sale_entries(ORDER, "DE", paid, sold)
    undone = rules.refund_entries(sale, ORDER, BUYER, paid)
    assert sums(sale) == {"EUR": 0}
    assert sums(undone) == {"EUR": 0}
    left: dict[str, int] = {}
    for entry in [*sale, *undone]:
        left[entry.account_code] = left.get(entry.account_code, 0) + entry.amount_micro
    expected = {
        accounts.fees("demo"): fee,
        accounts.processor("demo"): -fee,
        accounts.held(ORDER): held,
        accounts.buyer(BUYER): -held,
    }
    assert {code: amount for code, amount in left.items() if amount} == {c: a for c, a in expected.items() if a}


@given(st.integers(0, 10_000_000), st.integers(0, 3000))
def test_net_and_tax_always_make_the_price(minor: int, rate: int) -> None:
    gross = Money(minor, "EUR")
    tax = taxes.part(gross, rate)
    assert 0 <= tax.minor <= minor
    assert abs((gross - tax).minor * (10_000 + rate) - minor * 10_000) * 2 <= 10_000 + rate


@pytest.mark.parametrize(
    ("territory", "day", "rate"),
    [("DE", "2026-11-01", 1900), ("DE", "2020-08-01", 1600), ("FI", "2026-01-01", 2550), ("GR", "2026-01-01", 2400)],
)
def test_the_rate_is_the_buyers_countrys_on_the_day(territory: str, day: str, rate: int) -> None:
    assert taxes.rate_bp(territory, date.fromisoformat(day)) == rate


def test_outside_the_eu_no_eu_tax_is_charged() -> None:
    assert taxes.rate_bp("US", date(2026, 1, 1)) == 0


def test_more_costs_the_difference_and_never_less_than_nothing() -> None:
    assert rules.upgrade(Money(249, "EUR"), Money(99, "EUR")) == Money(150, "EUR")
    assert rules.upgrade(Money(99, "EUR"), Money(249, "EUR")) == Money(0, "EUR")


def test_an_order_number_has_no_letters_that_look_alike() -> None:
    numbers = {rules.number(UUID(int=n * 7919).bytes[-8:]) for n in range(1000)}
    assert not set("".join(numbers)) & set("01IO")
    assert all(len(number) == 9 and number[4] == "-" for number in numbers)
