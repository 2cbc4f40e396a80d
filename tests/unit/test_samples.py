"""Samples of the big matrices: the same in every process, other ones under another seed, all in a full run."""

from __future__ import annotations

import pytest

from tests.plugins import sampling

CASES = list(range(1000))


@pytest.fixture(autouse=True)
def no_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATHE_TEST_FULL", raising=False)
    monkeypatch.delenv("LATHE_TEST_SEED", raising=False)


def test_a_sample_is_drawn_in_order_without_repeats() -> None:
    drawn = sampling.sample("cuts", CASES, 20)
    assert len(drawn) == 20
    assert drawn == sorted(set(drawn))


def test_the_same_name_draws_the_same_sample() -> None:
    assert sampling.sample("cuts", CASES, 20) == sampling.sample("cuts", CASES, 20)


def test_another_name_or_seed_draws_another_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    first = sampling.sample("cuts", CASES, 20)
    assert sampling.sample("rights", CASES, 20) != first
    monkeypatch.setenv("LATHE_TEST_SEED", "another")
    assert sampling.sample("cuts", CASES, 20) != first


def test_a_full_run_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATHE_TEST_FULL", "1")
    assert sampling.sample("cuts", CASES, 20) == CASES


def test_fewer_cases_than_asked_for_are_all_taken() -> None:
    assert sampling.sample("cuts", [1, 2], 20) == [1, 2]
