"""The test cards, and how notices go out."""

from __future__ import annotations

import pytest

from lathe.payments.errors import PaymentError
from lathe.payments.models import DemoCharge
from lathe.payments.providers.demo import behaviours, cards
from lathe.payments.providers.demo.cards import Answer
from lathe.payments.providers.demo.processor import Manner
from lathe.payments.rules import State


@pytest.mark.parametrize(
    ("typed", "answer", "country"),
    [
        ("4242 4242 4242 4242", Answer.PAYS, "DE"),
        ("4242424242424242", Answer.PAYS, "DE"),
        (" 4242-4242-4242-4242 ", Answer.PAYS, "DE"),
        ("4000 0027 6000 0016", Answer.PAYS, "DE"),
        ("4000 0025 0000 0003", Answer.PAYS, "FR"),
        ("4000 0000 0000 0002", Answer.DECLINED, "DE"),
        ("4000 0000 0000 9995", Answer.INSUFFICIENT, "DE"),
        ("4111 1111 1111 1111", Answer.UNKNOWN, ""),
        ("", Answer.UNKNOWN, ""),
        ("a card", Answer.UNKNOWN, ""),
    ],
)
def test_a_card_answers_by_its_number(typed: str, answer: Answer, country: str) -> None:
    card = cards.read(typed)
    assert (card.answer, card.country) == (answer, country)


def test_every_test_card_passes_the_check_digit_that_real_ones_carry() -> None:
    for number in cards.CARDS:
        digits = [int(digit) for digit in reversed(number)]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
        assert (sum(digits[::2]) + sum(doubled)) % 10 == 0, number


def test_a_card_is_shown_in_groups_of_four() -> None:
    assert cards.read("4242424242424242").spaced == "4242 4242 4242 4242"


@pytest.mark.parametrize("behaviour", DemoCharge.Behaviour.values)
def test_every_behaviour_that_is_offered_has_a_plan(behaviour: str) -> None:
    assert isinstance(behaviours.steps(behaviour, 3), tuple)


def test_the_plans_differ_as_their_names_say() -> None:
    told = {name: [step.state for step in behaviours.steps(name, 3)] for name in DemoCharge.Behaviour.values}
    assert told["failed_after"] == [State.PAID, State.FAILED]
    assert told["failed_before"] == [State.FAILED, State.PAID]
    assert told["lost"] == []
    assert behaviours.steps("delayed", 3)[0].wait_s == 3
    assert behaviours.steps("repeated")[0].copies == 5
    assert behaviours.steps("forged")[0].is_forged


@pytest.mark.parametrize(("behaviour", "delay_s"), [("rude", 1), ("delayed", 121), ("delayed", -1)])
def test_a_manner_that_is_not_offered_is_refused(behaviour: str, delay_s: int) -> None:
    with pytest.raises(PaymentError, match="behaves as one of"):
        Manner(behaviour, delay_s)
