"""What a notice may do to a payment, in whichever order notices come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.basics.money import Money
from lathe.payments import rules
from lathe.payments.rules import ProviderNotice, Standing, State

ASKED = Money(198, "EUR")
NOTHING = Money(0, "EUR")
STARTED = Standing("started", ASKED, NOTHING)


def notice(state: State, minor: int = 198, currency: str = "EUR") -> ProviderNotice:
    return ProviderNotice("n1", "r1", state, Money(minor, currency))


def after_all(*notices: ProviderNotice) -> Standing:
    standing = STARTED
    for told in notices:
        standing = rules.after(standing, told)
    return standing


@pytest.mark.parametrize(
    ("told", "state", "refunded"),
    [
        ((State.PAID,), "paid", 0),
        ((State.FAILED,), "failed", 0),
        ((State.PAID, State.PAID), "paid", 0),
        ((State.PAID, State.FAILED), "paid", 0),
        ((State.FAILED, State.PAID), "paid", 0),
        ((State.PAID, State.REFUNDED), "refunded", 198),
        ((State.REFUNDED, State.PAID), "refunded", 198),
        ((State.PAID, State.REFUNDED, State.PAID, State.FAILED), "refunded", 198),
        ((State.PAID, State.CHARGEBACK), "chargeback", 0),
        ((State.CHARGEBACK, State.PAID, State.FAILED), "chargeback", 0),
        ((State.PAID, State.REFUNDED, State.CHARGEBACK), "chargeback", 198),
        ((State.CHARGEBACK, State.REFUNDED), "chargeback", 198),
    ],
)
def test_money_that_came_is_not_unsaid_and_a_refund_stands(told: tuple[State, ...], state: str, refunded: int) -> None:
    assert after_all(*map(notice, told)) == Standing(state, ASKED, Money(refunded, "EUR"))


@given(st.lists(st.tuples(st.sampled_from(State), st.integers(min_value=1, max_value=198)), max_size=8))
def test_repeating_every_notice_changes_nothing(told: list[tuple[State, int]]) -> None:
    notices = [notice(state, minor if state is State.REFUNDED else 198) for state, minor in told]
    once = after_all(*notices)
    assert after_all(*notices, *notices) == once
    assert after_all(*(told for told in notices for _ in range(2))) == once


@given(st.permutations([State.PAID, State.FAILED, State.PAID]), st.integers(min_value=1, max_value=197))
def test_a_payment_ends_the_same_in_every_order_of_notices(states: list[State], part: int) -> None:
    assert after_all(*map(notice, states)) == Standing("paid", ASKED, NOTHING)
    with_part = after_all(notice(State.REFUNDED, part), *map(notice, states))
    assert with_part == Standing("paid", ASKED, Money(part, "EUR"))


@given(st.lists(st.integers(min_value=1, max_value=198), min_size=1))
def test_what_was_given_back_is_the_most_that_was_said(parts: list[int]) -> None:
    standing = after_all(notice(State.PAID), *(notice(State.REFUNDED, part) for part in parts))
    assert standing.refunded == Money(max(parts), "EUR")
    assert (standing.state == "refunded") == (max(parts) == 198)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (notice(State.PAID), ""),
        (notice(State.FAILED, 0, "USD"), ""),
        (notice(State.REFUNDED, 1), ""),
        (notice(State.PAID, 197), "The notice is of 1.97EUR; the payment asked for 1.98EUR."),
        (notice(State.PAID, 199), "The notice is of 1.99EUR; the payment asked for 1.98EUR."),
        (notice(State.PAID, 198, "USD"), "The notice is in USD; the payment asked for 1.98EUR."),
        (notice(State.REFUNDED, 199), "The notice gives back 1.99EUR of a payment of 1.98EUR."),
        (notice(State.REFUNDED, 0), "The notice gives back 0.00EUR of a payment of 1.98EUR."),
        (notice(State.REFUNDED, 198, "JPY"), "The notice is in JPY; the payment asked for 1.98EUR."),
    ],
)
def test_a_notice_of_another_amount_or_currency_is_refused_with_its_reason(told: ProviderNotice, sentence: str) -> None:
    assert rules.refusal(told, ASKED) == sentence
