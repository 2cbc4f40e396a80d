"""What the books take as entries, and what they call the same."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.basics.money import MoneyError
from lathe.basics.territory import TerritoryError
from lathe.ledger import accounts, rules
from lathe.ledger.entries import Entry, credit, debit
from lathe.ledger.errors import LedgerError, Unbalanced

SOMEBODY = UUID("6a1b0f5e-1111-4222-8333-444455556666")
AMOUNTS = st.integers(min_value=-(2**62), max_value=2**62)


@pytest.mark.parametrize(
    ("code", "kind", "written"),
    [
        (accounts.buyer(SOMEBODY), "liability", f"liabilities:buyer:{SOMEBODY}"),
        (accounts.payable(SOMEBODY), "liability", f"liabilities:payable:{SOMEBODY}"),
        (accounts.tax("DE"), "liability", "liabilities:tax:DE"),
        (accounts.processor("demo"), "asset", "assets:processor:demo"),
        (accounts.fees("demo"), "expense", "expenses:fees:demo"),
        (accounts.margin(), "income", "income:margin"),
        (accounts.gifts(), "expense", "expenses:gifts"),
    ],
)
def test_every_account_of_the_chart_has_its_code_and_kind(code: str, kind: str, written: str) -> None:
    assert code == written
    assert accounts.kind(code) == kind


@pytest.mark.parametrize(
    "code", ["", "margin", "income", "income:", "revenue:margin", "income:a b", "income:" + "x" * 120]
)
def test_a_code_outside_the_chart_is_refused(code: str) -> None:
    with pytest.raises(LedgerError, match="names no account"):
        accounts.kind(code)


def test_a_tax_account_needs_a_country() -> None:
    with pytest.raises(TerritoryError, match="not an ISO 3166"):
        accounts.tax("Bavaria")


def test_entries_of_zero_are_left_out() -> None:
    kept = rules.effective([debit(accounts.margin(), "EUR", 5), debit(accounts.gifts(), "EUR", 0)])
    assert kept == (Entry("income:margin", "income", "EUR", 5),)


@pytest.mark.parametrize("amount", [1.0, True, "1", 2**63, None])
def test_an_amount_that_is_no_whole_number_of_64_bits_is_refused(amount: object) -> None:
    with pytest.raises(LedgerError, match="whole number of millionths"):
        rules.effective([Entry("income:margin", "income", "EUR", amount)])  # type: ignore[arg-type]


def test_an_entry_with_a_kind_that_is_not_its_codes_is_refused() -> None:
    with pytest.raises(LedgerError, match="of the kind income; the entry calls it 'asset'"):
        rules.effective([Entry("income:margin", "asset", "EUR", 1)])


def test_an_entry_in_no_currency_is_refused() -> None:
    with pytest.raises(MoneyError, match="not an ISO 4217"):
        rules.effective([Entry("income:margin", "income", "eur", 1)])


def test_currencies_are_balanced_one_by_one() -> None:
    with pytest.raises(Unbalanced, match="in EUR sum to 5 millionths"):
        rules.check_balanced([debit(accounts.margin(), "EUR", 5), credit(accounts.margin(), "USD", 5)])


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_entries_are_no_transaction(count: int) -> None:
    with pytest.raises(Unbalanced, match=f"this one has {count}"):
        rules.check_balanced([debit(accounts.margin(), "EUR", 5)] * count)


@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_entries_balance_exactly_when_they_sum_to_zero(amounts: list[int]) -> None:
    entries = [debit(accounts.margin(), "EUR", amount) for amount in amounts]
    rules.check_balanced([*entries, credit(accounts.gifts(), "EUR", sum(amounts))])
    with pytest.raises(Unbalanced):
        rules.check_balanced([*entries, credit(accounts.gifts(), "EUR", sum(amounts) + 1)])


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_a_digest_does_not_hang_on_the_order_of_entries(amounts: list[int], chance: random.Random) -> None:
    entries = [debit(accounts.margin(), "EUR", amount, line=str(i)) for i, amount in enumerate(amounts)]
    shuffled = chance.sample(entries, len(entries))
    assert rules.digest("sale", "x", entries) == rules.digest("sale", "x", shuffled)


@pytest.mark.parametrize(
    "other",
    [
        ("refund", "x", debit(accounts.margin(), "EUR", 5)),
        ("sale", "y", debit(accounts.margin(), "EUR", 5)),
        ("sale", "x", debit(accounts.margin(), "EUR", 6)),
        ("sale", "x", debit(accounts.margin(), "USD", 5)),
        ("sale", "x", debit(accounts.gifts(), "EUR", 5)),
        ("sale", "x", debit(accounts.margin(), "EUR", 5, line="1")),
    ],
)
def test_a_digest_tells_every_part_of_the_content_apart(other: tuple[str, str, Entry]) -> None:
    kind, subject, entry = other
    assert rules.digest(kind, subject, [entry]) != rules.digest("sale", "x", [debit(accounts.margin(), "EUR", 5)])
