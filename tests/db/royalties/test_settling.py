"""Periods settled in the books: advance, reserve, tax, rounding, and what is carried forward."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.basics.money import Money
from lathe.ledger import accounts, checks
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.entries import credit, debit
from lathe.royalties import actions, queries
from lathe.royalties.errors import RoyaltyError
from lathe.royalties.models import Settlement
from lathe.royalties.rules.periods import Period

pytestmark = pytest.mark.django_db

PARTY = UUID("6a1b0f5e-1111-4222-8333-444455556666")
OCTOBER, NOVEMBER, DECEMBER = (Period(2026, month, 1) for month in (10, 11, 12))
PAYMENT = {
    "minimum": "25EUR",
    "reserve": "10%",
    "reserve_periods": 2,
    "withholding": "15%",
    "vat": "domestic",
    "vat_rate": "19%",
}


def signed() -> None:
    plain = {"starts_on": date(2026, 1, 1), "payment": PAYMENT, "rule": [{"share": "70%"}]}
    actions.sign(party_uid=PARTY, plain=plain)


def earn(micro: int, day: date, key: str = "one", currency: str = "EUR") -> None:
    ledger.post(
        key=f"sale:{key}:{day}",
        kind="sale",
        subject=key,
        occurred_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        entries=[debit(accounts.margin(), currency, micro), credit(accounts.payable(PARTY), currency, micro)],
    )


def settled(period: Period, currency: str = "EUR") -> object:
    with clock.use(FixedClock(period.end)):
        return actions.settle(party_uid=PARTY, period=period, currency=currency)


def balance(code: str) -> int:
    return books.balance(code, "EUR")


def test_a_settled_period_posts_every_step_of_what_was_worked_out_by_hand() -> None:
    signed()
    with clock.use(FixedClock(datetime(2026, 9, 1, tzinfo=UTC))):
        actions.advance(party_uid=PARTY, amount=Money(5000, "EUR"), key="contract")
        actions.advance(party_uid=PARTY, amount=Money(5000, "EUR"), key="contract")
    earn(12_345_678, date(2026, 9, 30))
    earn(100_000_000, date(2026, 10, 31))
    settled(OCTOBER)
    assert balance(accounts.payable(PARTY)) == 0
    assert balance(accounts.advance(PARTY)) == 0
    assert balance(accounts.reserve(PARTY)) == -10_000_000
    assert balance(accounts.rounding()) == 4_322
    assert balance(accounts.withholding()) == -7_850_000
    assert balance(accounts.input_tax()) == 9_950_000
    assert balance(accounts.payout(PARTY)) == -54_450_000
    assert checks.check().is_sound


def test_what_is_below_the_minimum_is_carried_into_the_next_period_and_the_reserve_comes_free_in_time() -> None:
    signed()
    earn(20_000_000, date(2026, 10, 3))
    settled(OCTOBER)
    assert balance(accounts.payout(PARTY)) == 0
    earn(-5_200_000, date(2026, 11, 3))
    settled(NOVEMBER)
    due = queries.due(PARTY, NOVEMBER, "EUR")
    assert (due.opening_micro, due.earned_micro, due.carried_micro) == (18_000_000, -5_200_000, 12_800_000)
    earn(30_000_000, date(2026, 12, 3))
    settled(DECEMBER)
    due = queries.due(PARTY, DECEMBER, "EUR")
    assert (due.opening_micro, due.reserve_held_micro, due.reserve_released_micro) == (12_800_000, 3_000_000, 2_000_000)
    assert due.gross_micro == 41_800_000
    assert [item.period for item in queries.settled(PARTY, "EUR")] == ["2026-10", "2026-11", "2026-12"]
    assert balance(accounts.reserve(PARTY)) == -3_000_000


def test_settling_again_changes_nothing_and_a_proposal_posts_nothing() -> None:
    signed()
    earn(100_000_000, date(2026, 10, 3))
    proposed = queries.due(PARTY, OCTOBER, "EUR")
    assert not Settlement.objects.exists()
    assert settled(OCTOBER) == settled(OCTOBER) == proposed == queries.due(PARTY, OCTOBER, "EUR")
    earn(7_000_000, date(2026, 10, 4), key="late")
    assert queries.due(PARTY, OCTOBER, "EUR") == proposed
    assert queries.due(PARTY, NOVEMBER, "EUR").opening_micro == 7_000_000


def test_periods_are_settled_once_over_and_in_turn() -> None:
    signed()
    with (
        clock.use(FixedClock(datetime(2026, 10, 31, 23, tzinfo=UTC))),
        pytest.raises(RoyaltyError, match="not over yet"),
    ):
        actions.settle(party_uid=PARTY, period=OCTOBER, currency="EUR")
    settled(NOVEMBER)
    with pytest.raises(RoyaltyError, match=r"2026-11 is settled with this party already.*2026-12"):
        settled(OCTOBER)
    with pytest.raises(RoyaltyError, match="2026-11 is settled"):
        settled(Period.parse("2026-Q4"))


def test_currencies_are_settled_apart_and_a_party_without_a_contract_is_paid_plainly() -> None:
    earn(5_230_500_000, date(2026, 10, 3), currency="JPY")
    settled(OCTOBER, "JPY")
    assert queries.currencies(PARTY) == ["JPY"]
    assert books.balance(accounts.payout(PARTY), "JPY") == -5_231_000_000
    assert books.balance(accounts.rounding(), "JPY") == 500_000
