"""Who is at a key keeps others from the same work, until the lease runs out or somebody more urgent comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.delivery import leases
from lathe.delivery.models import CutLease

pytestmark = pytest.mark.django_db
KEY = "0" * 64
BUYER, JOB = 10, 0


@contextmanager
def another_process(monkeypatch: pytest.MonkeyPatch, name: str = "another") -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(leases, "mine", lambda: name)
        yield


def test_one_holds_it_and_may_take_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert leases.take(KEY, BUYER)
    assert leases.take(KEY, BUYER)
    with another_process(monkeypatch):
        assert not leases.take(KEY, BUYER)
        leases.drop(KEY)
    leases.drop(KEY)
    with another_process(monkeypatch):
        assert leases.take(KEY, BUYER)


def test_it_runs_out_unless_it_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    leases.take(KEY, BUYER)
    nearly, after = (FixedClock(clock.now() + leases.LENGTH + timedelta(seconds=s)) for s in (-1, 1))
    with clock.use(nearly):
        leases.renew([KEY])
    with clock.use(after), another_process(monkeypatch):
        assert not leases.take(KEY, BUYER)
    with clock.use(FixedClock(nearly.now() + leases.LENGTH * 2)), another_process(monkeypatch):
        assert leases.take(KEY, BUYER)
        leases.renew([KEY])
    assert CutLease.objects.get().holder == "another"


def test_a_buyer_takes_it_over_from_a_job_and_not_the_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    assert leases.take(KEY, JOB)
    with another_process(monkeypatch):
        assert leases.take(KEY, BUYER)
    assert not leases.take(KEY, JOB)
    until = CutLease.objects.get().until
    leases.renew([KEY])
    assert CutLease.objects.get().until == until


def test_storing_waits_for_no_encode_and_is_not_short(monkeypatch: pytest.MonkeyPatch) -> None:
    with another_process(monkeypatch):
        leases.take(KEY, BUYER)
    assert leases.take_to_publish(KEY)
    leases.renew([KEY])
    assert CutLease.objects.get().until - clock.now() > timedelta(seconds=50)


def test_two_processes_do_not_store_the_same_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert leases.take_to_publish(KEY)
    assert leases.take_to_publish(KEY)
    with another_process(monkeypatch):
        assert not leases.take_to_publish(KEY)
        assert not leases.take(KEY, BUYER)


def test_a_removal_waits_for_everybody_and_everybody_for_it() -> None:
    leases.take(KEY, JOB)
    assert leases.take_to_remove(KEY) is None
    leases.drop(KEY)
    holder = leases.take_to_remove(KEY)
    assert holder
    assert not leases.take(KEY, BUYER)
    assert not leases.take_to_publish(KEY)
    assert leases.take_to_remove(KEY) is None
    leases.drop(KEY, holder)
    assert leases.take(KEY, BUYER)


def test_a_lease_from_a_clock_far_ahead_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.use(FixedClock(clock.now() + timedelta(hours=2))):
        assert leases.take(KEY, BUYER)
    with another_process(monkeypatch):
        assert leases.take(KEY, BUYER)
    assert CutLease.objects.get().until < clock.now() + leases.longest()


def test_a_removal_begun_by_a_clock_far_ahead_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.use(FixedClock(clock.now() + timedelta(hours=2))):
        assert leases.take_to_remove(KEY)
    with another_process(monkeypatch):
        assert leases.take_to_publish(KEY)
