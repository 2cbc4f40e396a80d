"""What is paid for a period: the columns of docs/algorithms/royalties.md, and what holds for any standing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.basics.money import Money
from lathe.royalties.errors import RoyaltyError
from lathe.royalties.rules import cost, facts, payouts
from lathe.royalties.rules.contracts import Payment, Vat
from lathe.royalties.rules.payouts import Due, Of, Standing
from lathe.royalties.rules.periods import Period
from tests.unit.royalties.agreed import LABEL

PAYMENT = Payment(
    minimum={"EUR": 25_000_000},
    reserve=Fraction(1, 10),
    reserve_periods=3,
    withholding=Fraction(15, 100),
    vat=Vat.DOMESTIC,
    vat_rate=Fraction(19, 100),
)


def reckoned(standing: Standing, currency: str = "EUR", payment: Payment = PAYMENT) -> Due:
    return payouts.reckon(Of(LABEL, "2026-10", currency, 1), standing, payment)


def test_a_period_is_settled_as_was_worked_out_by_hand() -> None:
    due = reckoned(Standing(12_345_678, 100_000_000, advance_micro=50_000_000))
    assert (due.reserve_held_micro, due.recouped_micro, due.payable_micro) == (10_000_000, 50_000_000, 52_345_678)
    assert (due.gross_micro, due.rounding_micro) == (52_350_000, 4_322)
    assert (due.withholding_micro, due.vat_micro) == (7_850_000, 9_950_000)
    assert due.payout == Money(5445, "EUR")
    assert not due.is_carried


@pytest.mark.parametrize(
    ("standing", "held", "carried"),
    [
        (Standing(0, 18_200_000), 1_820_000, 16_380_000),
        (Standing(2_000_000, -5_200_000), 0, -3_200_000),
    ],
    ids=["below the minimum", "owed by the party"],
)
def test_what_is_not_paid_is_carried_forward_whole(standing: Standing, held: int, carried: int) -> None:
    due = reckoned(standing)
    assert (due.reserve_held_micro, due.carried_micro) == (held, carried)
    assert (due.payout_micro, due.rounding_micro, due.withholding_micro, due.vat_micro) == (0, 0, 0, 0)
    assert due.is_carried


def test_a_currency_without_minor_units_is_rounded_to_its_unit() -> None:
    due = reckoned(Standing(0, 5_811_666_667), "JPY")
    assert (due.payable_micro, due.rounding_micro) == (5_230_500_000, 500_000)
    assert (due.withholding_micro, due.vat_micro) == (785_000_000, 994_000_000)
    assert due.payout == Money(5440, "JPY")


def test_a_reserve_that_is_free_is_paid_and_an_advance_never_takes_more_than_there_is() -> None:
    due = reckoned(Standing(0, 30_000_000, advance_micro=100_000_000, reserve_free_micro=4_000_000))
    assert (due.reserve_held_micro, due.reserve_released_micro) == (3_000_000, 4_000_000)
    assert (due.recouped_micro, due.payable_micro) == (31_000_000, 0)
    assert due.is_carried


def test_no_vat_is_added_for_a_business_abroad() -> None:
    due = reckoned(Standing(0, 100_000_000), payment=Payment(vat=Vat.REVERSE))
    assert (due.vat_micro, due.vat, due.payout) == (0, "reverse", Money(10_000, "EUR"))


micro = st.integers(-(10**12), 10**12)
shares = st.fractions(0, 1, max_denominator=1000)
standings = st.builds(Standing, micro, micro, st.integers(0, 10**12), st.integers(0, 10**12))
payments = st.builds(
    Payment,
    st.dictionaries(st.sampled_from(["EUR", "JPY", "KWD"]), st.integers(0, 10**9)),
    shares,
    st.just(1),
    shares,
    st.just(Vat.DOMESTIC),
    shares,
)


@given(standings, payments, st.sampled_from([("EUR", 10_000), ("JPY", 1_000_000), ("KWD", 1_000)]))
def test_nothing_is_lost_between_the_books_and_the_transfer(
    standing: Standing, payment: Payment, currency: tuple[str, int]
) -> None:
    code, unit = currency
    due = reckoned(standing, code, payment)
    begin = standing.opening_micro + standing.earned_micro + standing.reserve_free_micro
    assert begin == due.reserve_held_micro + due.recouped_micro + due.payable_micro
    assert due.payable_micro + due.rounding_micro == due.carried_micro + due.gross_micro
    assert abs(due.rounding_micro) * 2 <= unit
    assert 0 <= due.recouped_micro <= standing.advance_micro
    assert due.gross_micro % unit == due.payout_micro % unit == 0
    assert due.gross_micro == 0 or due.payable_micro >= payment.minimum.get(code, 0)
    assert facts.read(facts.plain(due)) == due


def test_periods_are_read_and_follow_each_other() -> None:
    assert [str(Period.parse(text).later(1)) for text in ("2026-12", "2026-Q4", "2026")] == [
        "2027-01",
        "2027-Q1",
        "2027",
    ]
    assert str(Period.parse("2026-01").later(-3)) == "2025-10"
    with pytest.raises(RoyaltyError, match="is not a period"):
        Period.parse("2026-13")


def test_a_sale_below_cost_says_what_the_shop_would_add() -> None:
    fee = cost.Fees(Fraction(14, 1000), 250_000).of(990_000)
    assert fee == 263_860
    below = cost.Cost(price_micro=990_000, tax_micro=160_000, owed_micro=600_000, fee_micro=fee)
    assert below.loss_micro == 33_860
    assert replace(below, owed_micro=566_140).loss_micro == 0


def test_a_cut_pays_for_its_share_of_the_fee_and_a_basket_for_the_fixed_sum() -> None:
    fees = cost.Fees(Fraction(14, 1000), 250_000)
    cut = cost.Cost(990_000, tax_micro=160_000, owed_micro=600_000, fee_micro=fees.share_of(990_000))
    assert (cut.fee_micro, cut.is_below) == (13_860, False)
    assert cost.whole([cut], fees.of(990_000)).is_below
    two = cost.whole([cut, cut], fees.of(1_980_000))
    assert (two.price_micro, two.tax_micro + two.owed_micro + two.fee_micro) == (1_980_000, 1_797_720)
    assert not two.is_below
    assert not cost.Cost(0, tax_micro=0, owed_micro=0, fee_micro=250_000).is_below, "it owes nothing"
