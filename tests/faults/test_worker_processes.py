"""The processes of `lathe worker`: one that dies, overstays or gorges is replaced, and none outlives its overseer."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lathe.cli.overseeing import Plan
from lathe.jobs import actions, queries, records
from lathe.jobs.registry import CUTTING, DEFAULT
from tests.kinds import processes, works
from tests.kinds.processes import until
from tests.plugins.databases import OwnDatabase

works.register()
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def worker(own_database: OwnDatabase) -> Iterator[Start]:
    with processes.started(own_database.environ) as start:
        yield start


def begun(kind: str, key: str) -> int:
    """Ask for a job, and wait until a process is at it; the process."""
    actions.enqueue(kind=kind, key=key)
    until(lambda: works.lines("begun"), "the job begins")
    return int(works.lines("begun")[0][2])


def test_a_process_that_dies_at_a_job_is_replaced_and_the_job_done_after_all(worker: Start) -> None:
    worker()
    os.kill(begun("test.hold", "a"), signal.SIGKILL)
    (works.folder() / "go").touch()
    until(lambda: works.done() == ["a"], "another process does it")
    assert len({pid for _kind, _key, pid in works.lines("begun")}) == 2


def test_a_job_that_takes_too_much_memory_ends_with_its_process(worker: Start) -> None:
    worker()
    begun("test.gorge", "a")
    until(lambda: queries.dead().exists(), "it is given up")
    assert "MB of memory" in records.last_error("test.gorge", "a")
    assert len(works.lines("begun")) == 1


def test_a_job_that_overstays_and_hears_nothing_ends_with_its_process(worker: Start) -> None:
    worker()
    begun("test.overstay", "deaf")
    until(lambda: queries.dead().exists(), "it is given up")
    assert "its process was ended" in records.last_error("test.overstay", "deaf")
    actions.enqueue(kind="test.write", key="b")
    until(lambda: works.done() == ["b"], "another process goes on")


def test_no_process_outlives_its_overseer_but_each_ends_its_job(worker: Start) -> None:
    overseer = worker("--concurrency", "2")
    process = begun("test.hold", "a")
    overseer.kill()
    overseer.wait()
    (works.folder() / "go").touch()
    until(lambda: works.done() == ["a"], "the job comes to its end")
    until(lambda: not Path(f"/proc/{process}").exists(), "and so does the process")
    assert len(works.lines("begun")) == 1


def test_only_the_first_process_cuts_unless_all_are_to() -> None:
    every = Plan(3, (), 1.0)
    assert CUTTING in every.queues_of(0)
    assert CUTTING not in every.queues_of(1)
    assert Plan(3, (CUTTING, DEFAULT), 1.0).queues_of(2) == [DEFAULT]
    assert Plan(3, (CUTTING,), 1.0).queues_of(2) == [CUTTING]
