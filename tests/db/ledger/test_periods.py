"""Months that close: nothing is booked in them any more, and what comes late counts in the open one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.ledger import accounts, actions, checks, periods, queries, sealing
from lathe.ledger.entries import credit, debit
from lathe.ledger.errors import PeriodRefused
from lathe.ledger.models import Period, PeriodBalance, Seal, Transaction, Unsealed
from lathe.ledger.periods import Span
from tests.db.ledger.books import Draft, account

MARCH, APRIL, MAY = (Span.of(date(2026, month, 1)) for month in (3, 4, 5))
TODAY = FixedClock(datetime(2026, 6, 2, 12, tzinfo=UTC))

pytestmark = pytest.mark.usefixtures("db")


def sale(day: date, amount: int, key: str = "") -> Transaction:
    at = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    entries = [debit(accounts.processor("demo"), "EUR", amount), credit(accounts.margin(), "EUR", amount)]
    return actions.post(key=key or f"sale:{day}:{amount}", kind="sale", subject="", occurred_at=at, entries=entries)


def close(month: Span) -> Period:
    with clock.use(TODAY):
        return periods.close(month=month)


def test_what_comes_late_is_booked_in_the_open_month_with_its_own_day_on_it() -> None:
    sale(date(2026, 3, 31), 5)
    close(MARCH)
    late = sale(date(2026, 3, 30), 7)
    assert late.occurred_at.date() == date(2026, 3, 30)
    assert late.booked_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert queries.balance(accounts.margin(), "EUR", datetime(2026, 4, 1, tzinfo=UTC)) == -5
    assert [p.amount_micro for p in queries.postings_of(accounts.margin(), "EUR", late.booked_at)] == [-7]
    assert checks.check().findings == ()


def test_a_repeat_of_what_lies_in_a_closed_month_is_still_the_first() -> None:
    first = sale(date(2026, 3, 31), 5)
    close(MARCH)
    assert sale(date(2026, 3, 31), 5) == first
    assert Transaction.objects.count() == 1


def test_balances_at_both_ends_are_kept_and_follow_each_other() -> None:
    sale(date(2026, 3, 10), 5)
    sale(date(2026, 4, 10), 7)
    sale(date(2026, 5, 1), 11)
    close(MARCH)
    close(APRIL)
    kept = PeriodBalance.objects.filter(account__code="income:margin").order_by("period_id")
    assert [(item.opening_micro, item.closing_micro) for item in kept] == [(0, -5), (-5, -12)]
    assert checks.check().findings == ()


def test_closing_seals_what_was_written_and_keeps_the_head() -> None:
    sale(date(2026, 3, 10), 5)
    closed = close(MARCH)
    assert not Unsealed.objects.exists()
    assert (closed.head_seq, closed.head_digest) == (1, Seal.objects.get().digest)


def test_the_database_refuses_a_posting_in_a_closed_month() -> None:
    sale(date(2026, 3, 10), 5)
    close(MARCH)
    draft, on = Draft(), account()

    def attempt() -> None:
        with transaction.atomic():
            draft.post(5, on)
            draft.post(-5, on)
            draft.close()

    with pytest.raises(IntegrityError, match="period of this transaction is closed"):
        attempt()


@pytest.mark.parametrize(
    ("month", "message"),
    [
        (APRIL, "close 2026-03 first"),
        (Span.of(date(2026, 2, 1)), "the next month to close is 2026-03"),
        (Span.of(date(2026, 6, 1)), "not over yet; it can close from 2026-07-01"),
    ],
)
def test_a_month_out_of_turn_does_not_close(month: Span, message: str) -> None:
    sale(date(2026, 3, 10), 5)
    with pytest.raises(PeriodRefused, match=message):
        close(month)
    assert not Period.objects.exists()


def test_closing_the_last_month_again_changes_nothing_and_an_older_one_is_refused() -> None:
    sale(date(2026, 3, 10), 5)
    first = close(MARCH)
    assert close(MARCH) == first
    close(APRIL)
    with pytest.raises(PeriodRefused, match="next month to close is 2026-05"):
        close(MARCH)


def test_empty_books_have_nothing_to_close() -> None:
    with pytest.raises(PeriodRefused, match="nothing in the books"):
        close(MARCH)


def test_the_database_refuses_a_period_out_of_turn() -> None:
    sale(date(2026, 3, 10), 5)
    close(MARCH)
    with pytest.raises(IntegrityError, match="one after the other"), transaction.atomic():
        Period.objects.create(first_day=MAY.first_day, last_day=MAY.last_day, head_seq=1, head_digest="")
    with pytest.raises(IntegrityError, match="written when it closes"), transaction.atomic():
        PeriodBalance.objects.create(
            period_id=MARCH.first_day, account=account("income:other"), opening_micro=1, closing_micro=1
        )


def test_a_balance_is_the_same_sealed_or_not_at_every_moment() -> None:
    days = [date(2026, 3, day) for day in (1, 2, 2, 5)]
    for number, day in enumerate(days, start=1):
        sale(day, number)
    moments = [datetime(2026, 3, day, hour, tzinfo=UTC) for day in range(1, 7) for hour in (0, 12)]
    moments += [datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC) - timedelta(seconds=0.5)]
    before = [queries.balance(accounts.margin(), "EUR", moment) for moment in moments]
    assert before == [0, 0, -1, -1, -6, -6, -6, -6, -6, -6, -10, -10, -1, -6]
    sealing.seal()
    sale(date(2026, 3, 6), 100)
    assert [queries.balance(accounts.margin(), "EUR", moment) for moment in moments] == before
    assert queries.balance(accounts.margin(), "EUR") == -110
