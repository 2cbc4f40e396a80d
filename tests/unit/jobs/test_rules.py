"""When a job is tried again, when a round is due, and who counts as silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lathe.jobs import rules
from lathe.jobs.watch import Watch

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_waits_double_from_five_seconds_up_to_an_hour() -> None:
    waits = [rules.wait_after(attempt) for attempt in range(1, rules.MAX_ATTEMPTS)]
    assert waits[:4] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert waits[-1] == rules.LONGEST_WAIT
    assert rules.wait_after(rules.MAX_ATTEMPTS) is None
    assert rules.wait_after(3, most=3) is None
    assert rules.wait_after(999, most=1000) == rules.LONGEST_WAIT


def test_a_round_is_due_at_first_after_its_time_and_when_the_clock_was_set_back() -> None:
    assert rules.is_due(None, NOON, HOUR)
    assert not rules.is_due(NOON, NOON + HOUR - timedelta(seconds=1), HOUR)
    assert rules.is_due(NOON, NOON + HOUR, HOUR)
    assert rules.is_due(NOON + timedelta(days=400), NOON, HOUR)


def test_a_duration_counts_in_the_first_class_that_holds_it() -> None:
    assert rules.bucket_ms(0) == 100
    assert rules.bucket_ms(100) == 100
    assert rules.bucket_ms(101) == 500
    assert rules.bucket_ms(600_001) is None


def test_a_sign_that_stands_still_is_silent_and_one_that_changes_is_not() -> None:
    watch: Watch[tuple[str, int]] = Watch()
    assert watch.silent([("dead", 1), ("alive", 1)], 10.0) == []
    assert watch.silent([("dead", 1), ("alive", 2)], 12.9) == []
    assert watch.silent([("dead", 1), ("alive", 3)], 13.0) == [("dead", 1)]
    assert watch.silent([("alive", 3)], 16.1) == [("alive", 3)]
    assert watch.silent([("dead", 1)], 17.0) == [], "it was away, and counts anew"
