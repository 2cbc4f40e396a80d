"""What every job engine keeps to. It runs over the table, so that a newcomer is tested on arrival."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection, transaction

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.jobs import actions, engines, queries, reconcile, records, registry, rules, runner
from lathe.jobs.engines.base import Engine
from lathe.jobs.models import Tally, Trouble
from lathe.jobs.registry import Kind
from lathe.jobs.terms import Ask, Outcome, Ticket
from tests.kinds import processes, works
from tests.kinds.processes import PATIENCE_S, until
from tests.kinds.works import done
from tests.plugins.databases import OwnDatabase

NEEDS = {"procrastinate": "postgres"}
"""Engines that one database alone can carry."""
works.register()


def _parameters() -> list[object]:
    marks = {name: [pytest.mark.engine(NEEDS[name])] if name in NEEDS else [] for name in engines.ENGINES}
    return [pytest.param(name, marks=marks[name]) for name in engines.ENGINES]


@pytest.fixture(params=_parameters(), autouse=True)
def engine(request: pytest.FixtureRequest, own_database: OwnDatabase, settings: LazySettings) -> Engine:
    settings.LATHE_JOBS = request.param
    return engines.current()


def ask(kind: str, *keys: str, due_at: datetime | None = None) -> None:
    for key in keys:
        actions.enqueue(kind=kind, key=key, due_at=due_at)


def let_pass(wait: timedelta) -> None:
    """Let time pass for the jobs that wait, on either engine."""
    tables = {"jobs_job": "due_at"}
    if connection.vendor == "postgresql":
        tables["procrastinate_jobs"] = "scheduled_at"
    with connection.cursor() as cursor:
        for table, column in tables.items():
            if connection.vendor == "postgresql":
                cursor.execute(f"UPDATE {table} SET {column} = {column} - %s", [wait])
            else:
                cursor.execute(
                    f"UPDATE {table} SET {column} = strftime('%%Y-%%m-%%d %%H:%%M:%%f', {column}, %s)",
                    [f"-{wait.total_seconds()} seconds"],
                )


@pytest.fixture
def worker(own_database: OwnDatabase, engine: Engine) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `lathe worker`, with the kinds of the tests; ends what is left."""
    with processes.started(own_database.environ | {"LATHE_JOBS": engine.name}) as start:
        yield start


@pytest.fixture
def patient(own_database: OwnDatabase, engine: Engine) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts workers that take no other for gone, however long a busy machine keeps it waiting."""
    environ = own_database.environ | {"LATHE_JOBS": engine.name, "LATHE_TEST_SILENCE_S": "3600"}
    with processes.started(environ) as start:
        yield start


@contextmanager
def working(**options: object) -> Iterator[threading.Event]:
    """A worker inside this process, as the web process has one."""
    stop = threading.Event()
    thread = threading.Thread(target=runner.work_until, args=(stop,), kwargs=options)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def test_a_job_asked_for_twice_runs_once_and_may_be_asked_for_again_when_it_is_done(engine: Engine) -> None:
    ask("test.write", "a", "a")
    assert runner.run_due() == 1
    assert done() == ["a"]
    assert not engine.holds("test.write", "a")
    ask("test.write", "a")
    assert runner.run_due() == 1


def test_a_job_of_a_transaction_that_rolls_back_was_never_asked_for(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask("test.write", "a")
        raise ZeroDivisionError
    assert engine.pending() == []
    assert runner.run_due() == 0


def test_asking_for_what_waits_already_leaves_the_transaction_usable() -> None:
    ask("test.write", "a")
    with transaction.atomic():
        ask("test.write", "a", "b")
        Trouble.objects.create(kind="test.other", key="mark", attempts=1, last_error="of the same transaction")
    assert records.last_error("test.other", "mark")
    assert runner.run_due() == 2


def test_many_who_ask_at_once_ask_for_one_job(engine: Engine) -> None:
    failures: list[BaseException] = []

    def ask_twice() -> None:
        try:
            ask("test.write", "a", "b")
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask_twice) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert [job.key for job in engine.pending("test.write")] == ["a", "b"]


def test_no_worker_takes_a_job_before_the_transaction_that_asked_again_has_ended() -> None:
    """Else it would read what was there before, and nobody would come back for what the transaction wrote."""
    ask("test.write", "a")
    with working():
        until(lambda: done() == ["a"], "the worker works")
        with transaction.atomic():
            ask("test.write", "b")
            ask("test.write", "b")
            time.sleep(0.5)
            assert done() == ["a"]
        until(lambda: done() == ["a", "b"], "the job is taken after the commit")


def test_the_more_important_goes_first_and_among_equals_the_earlier() -> None:
    ask("test.write", "a", "b")
    ask("test.first", "c")
    assert runner.run_due() == 3
    assert done() == ["c", "a", "b"]


def test_a_job_with_a_date_waits_for_it_and_asked_for_sooner_comes_sooner(engine: Engine) -> None:
    later = clock.now() + timedelta(hours=5)
    ask("test.write", "a", "b", due_at=later)
    ask("test.write", "b")
    ask("test.write", "a", due_at=later + timedelta(hours=9))
    assert runner.run_due() == 1
    assert done() == ["b"]
    [waiting] = engine.pending("test.write")
    assert (waiting.key, waiting.state, waiting.due_at) == ("a", "waiting", later)
    let_pass(timedelta(hours=5, seconds=1))
    assert runner.run_due() == 1


def test_a_job_that_fails_is_tried_later_and_is_dead_after_its_last_attempt(engine: Engine) -> None:
    ask("test.fail", "a")
    for attempt in (1, 2, 3):
        assert runner.run_due() == 1
        assert runner.run_due() == 0, "it is not tried again at once"
        trouble = queries.trouble("test.fail", "a")
        assert trouble is not None
        assert trouble.attempts == attempt
        assert trouble.last_error == "ValueError: no luck with a"
        let_pass(rules.LONGEST_WAIT)
    assert [dead.key for dead in queries.dead()] == ["a"]
    assert not engine.holds("test.fail", "a")
    assert runner.run_due() == 0


def test_a_dead_job_is_tried_again_from_the_start_and_its_success_ends_the_trouble() -> None:
    ask("test.fail", "a")
    for _ in range(3):
        runner.run_due()
        let_pass(rules.LONGEST_WAIT)
    assert actions.retry_dead(kind="test.fail", key="other") == 0
    assert actions.retry_dead(kind="test.fail") == 1
    assert not queries.dead().exists()
    assert runner.run_due() == 1
    assert queries.trouble("test.fail", "a").attempts == 1, "it has all its attempts again"
    (works.folder() / "go").touch()
    let_pass(rules.LONGEST_WAIT)
    assert runner.run_due() == 1
    assert not Trouble.objects.exists()


def test_a_kind_that_this_version_does_not_know_is_kept_for_one_that_does(engine: Engine) -> None:
    engine.put(Ask("test.of_tomorrow", "a", "default"))
    assert runner.run_due() == 1
    assert engine.holds("test.of_tomorrow", "a")
    assert "this version of the shop may be too old" in records.last_error("test.of_tomorrow", "a")


def test_what_waits_can_be_dropped_and_is_counted_by_kind(engine: Engine) -> None:
    ask("test.write", "a", "b")
    ask("test.first", "c", due_at=clock.now() + timedelta(hours=1))
    counted = {item.kind: (item.waiting, item.running) for item in engine.census()}
    assert counted == {"test.write": (2, 0), "test.first": (1, 0)}
    oldest = {item.kind: item.oldest_at for item in engine.census()}
    assert oldest["test.first"] is None, "it is not due"
    assert oldest["test.write"] is not None
    actions.drop(kind="test.write", key="a")
    actions.drop(kind="test.write", key="none")
    assert [job.key for job in engine.pending("test.write")] == ["b"]


def test_asked_for_while_it_runs_it_runs_once_more(engine: Engine) -> None:
    ask("test.hold", "a")
    with working():
        until(lambda: works.lines("begun"), "the job begins")
        assert [job.state for job in engine.pending("test.hold")] == ["running"]
        ask("test.hold", "a")
        ask("test.hold", "a")
        time.sleep(0.5)
        assert len(works.lines("begun")) == 1, "never twice at once"
        (works.folder() / "go").touch()
        until(lambda: len(done()) == 2, "it runs once more")
        until(lambda: not engine.holds("test.hold", "a"), "nothing is left")
    assert len(works.lines("begun")) == 2


def test_a_worker_keeps_to_its_queues_and_does_several_at_once() -> None:
    ask("test.hold", "a", "b")
    ask("test.aside", "c")
    with working(queues=["default"], slots=2):
        until(lambda: len(works.lines("begun")) == 2, "two at once")
        (works.folder() / "go").touch()
        until(lambda: len(done()) == 2, "both end")
    assert sorted(done()) == ["a", "b"]


def test_a_job_that_overstays_is_told_to_stop() -> None:
    ask("test.overstay", "a")
    with working():
        until(lambda: queries.dead().exists(), "it is stopped")
    assert "took longer than 0.5 seconds" in records.last_error("test.overstay", "a")


def test_what_does_not_end_within_the_grace_is_given_back_and_that_attempt_is_none(engine: Engine) -> None:
    ask("test.hold", "a")
    with working(grace_s=0.2):
        until(lambda: works.lines("begun"), "the job begins")
    [job] = engine.pending("test.hold")
    assert (job.state, job.attempts) == ("waiting", 0)
    (works.folder() / "go").touch()
    runner.run_due()
    assert not engine.holds("test.hold", "a")


def test_a_job_whose_end_could_not_be_written_down_is_done_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, broken = records.note, [OperationalError("the database went away")]

    def break_once(ticket: Ticket, outcome: Outcome) -> None:
        if ticket.kind == "test.write" and broken:
            raise broken.pop()
        write(ticket, outcome)

    monkeypatch.setattr(records, "note", break_once)
    ask("test.write", "a")
    with working():
        until(
            lambda: done() == ["a", "a"] and not engine.holds("test.write", "a"), "it is done again, by the same worker"
        )


def test_a_job_of_a_drain_shows_that_it_lives(engine: Engine) -> None:
    ask("test.hold", "a")

    def drained() -> None:
        runner.run_due()
        connection.close()

    drain = threading.Thread(target=drained)
    drain.start()
    until(lambda: works.lines("begun"), "the job begins")
    with working():
        time.sleep(rules.SILENCE_S + 2)
        (works.folder() / "go").touch()
        until(lambda: done() == ["a"] and not engine.holds("test.hold", "a"), "it ends")
    drain.join()
    assert len(works.lines("begun")) == 1, "nobody took it for dead"


def test_a_clock_that_jumps_delays_nothing_and_runs_nothing_twice() -> None:
    ask("test.write", "a")
    with clock.use(FixedClock(datetime(2020, 1, 1, tzinfo=UTC))):
        assert runner.run_due() == 1
        ask("test.hold", "b")
    (works.folder() / "go").touch()
    with clock.use(FixedClock(datetime(2040, 1, 1, tzinfo=UTC))):
        assert runner.run_due() == 1
    assert runner.run_due() == 0
    assert done() == ["a", "b"]


def test_two_workers_at_once_never_both_take_one(patient: Callable[..., subprocess.Popen[bytes]]) -> None:
    keys = [f"{number:03d}" for number in range(60)]
    ask("test.hold", "x", "y")
    patient()
    patient()
    until(lambda: len({pid for _kind, _key, pid in works.lines("begun")}) == 2, "both are at work")
    ask("test.write", *keys)
    (works.folder() / "go").touch()
    until(lambda: len(done()) >= 62, "all is done")
    assert Counter(done()) == Counter([*keys, "x", "y"])


def test_the_job_of_a_killed_worker_is_done_by_another(
    worker: Callable[..., subprocess.Popen[bytes]], engine: Engine
) -> None:
    ask("test.hold", "a")
    first = worker()
    until(lambda: works.lines("begun"), "the job begins")
    os.killpg(first.pid, signal.SIGKILL)
    with working():
        until(lambda: len(works.lines("begun")) == 2, "it is taken up again")
        (works.folder() / "go").touch()
        until(lambda: done() == ["a"] and not engine.holds("test.hold", "a"), "it is done")
    assert len(works.lines("begun")) == 2


def test_a_job_asked_for_again_while_its_worker_was_killed_is_done_once(
    worker: Callable[..., subprocess.Popen[bytes]], engine: Engine
) -> None:
    ask("test.hold", "a")
    first = worker()
    until(lambda: works.lines("begun"), "the job begins")
    ask("test.hold", "a")
    os.killpg(first.pid, signal.SIGKILL)
    (works.folder() / "go").touch()
    with working():
        until(lambda: done() and not engine.holds("test.hold", "a"), "one stands for both")
    assert done() == ["a"]


def test_a_worker_that_was_frozen_and_comes_back_late_harms_nothing(
    worker: Callable[..., subprocess.Popen[bytes]], engine: Engine
) -> None:
    ask("test.hold", "a")
    worker()
    until(lambda: works.lines("begun"), "the job begins")
    frozen = int(works.lines("begun")[0][2])
    os.kill(frozen, signal.SIGSTOP)
    try:
        with working():
            until(lambda: len(works.lines("begun")) == 2, "another takes it up")
            (works.folder() / "go").touch()
            until(lambda: done() == ["a"] and not engine.holds("test.hold", "a"), "and does it")
    finally:
        os.kill(frozen, signal.SIGCONT)
    until(lambda: done() == ["a", "a"], "the first ends it too, late")
    ask("test.write", "b")
    until(lambda: done()[2:] == ["b"] and not engine.pending("test.write"), "and goes on to the next")
    assert not engine.holds("test.hold", "a")
    assert not Trouble.objects.exists()


def test_a_worker_told_to_end_finishes_what_it_is_at_and_takes_nothing_more(
    worker: Callable[..., subprocess.Popen[bytes]], engine: Engine
) -> None:
    ask("test.hold", "a", "b")
    process = worker()
    until(lambda: works.lines("begun"), "the job begins")
    process.terminate()
    time.sleep(1)
    (works.folder() / "go").touch()
    assert process.wait(PATIENCE_S) == 0
    assert done() == ["a"]
    assert [job.key for job in engine.pending("test.hold")] == ["b"]


def test_the_sweep_asks_for_what_was_lost_and_lets_the_dead_lie_for_a_day(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"lost", "held", "dead"}
    monkeypatch.setitem(
        registry._kinds, "test.swept", Kind("test.swept", works.fail, attempts=1, pending=lambda: wanted)
    )
    ask("test.swept", "dead")
    runner.run_due()
    ask("test.swept", "held")
    assert reconcile.sweep() == 1
    assert sorted(job.key for job in engine.pending("test.swept")) == ["held", "lost"]
    with clock.use(FixedClock(clock.now() + rules.REVIVED_AFTER + timedelta(minutes=1))):
        assert reconcile.sweep() == 1
    assert not queries.dead().exists()


def test_every_attempt_is_counted_for_the_metrics() -> None:
    ask("test.write", "a", "b")
    ask("test.fail", "c")
    runner.run_due()
    counts = dict(Tally.objects.values_list("outcome", "count"))
    assert counts == {"done": 2, "again": 1}
