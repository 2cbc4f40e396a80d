"""What the kinds of jobs for tests do. A line of `done` is 'kind key pid'."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings

from lathe.jobs import registry
from lathe.jobs.registry import Kind
from lathe.jobs.rules import Bounds

PATIENCE_S = 60.0


def folder() -> Path:
    return Path(settings.LATHE_HOME)


def note(file: str, kind: str, key: str) -> None:
    """Add a line; small enough that two processes cannot tear it."""
    with (folder() / file).open("a", encoding="utf-8") as lines:
        lines.write(f"{kind} {key} {os.getpid()}\n")


def lines(file: str) -> list[list[str]]:
    path = folder() / file
    return [line.split(" ") for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def done() -> list[str]:
    """The keys of the jobs that came to their end, in that order."""
    return [key for _kind, key, _pid in lines("done")]


def write(key: str) -> None:
    note("done", "write", key)


def hold(key: str) -> None:
    """Wait until the test lets go, for a minute at most."""
    note("begun", "hold", key)
    deadline = time.monotonic() + PATIENCE_S
    while not (folder() / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    note("done", "hold", key)


def fail(key: str) -> None:
    note("begun", "fail", key)
    if not (folder() / "go").exists():
        raise ValueError(f"no luck with {key}\0")
    note("done", "fail", key)


def overstay(key: str) -> None:
    """Take far longer than allowed, in steps of Python, or in one call of C where the key is 'deaf'."""
    note("begun", "overstay", key)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        time.sleep(PATIENCE_S if key == "deaf" else 0.01)


def gorge(key: str) -> None:
    """Take far more memory than allowed."""
    note("begun", "gorge", key)
    taken = bytearray(400_000_000)
    taken[::4096] = b"x" * len(taken[::4096])
    time.sleep(PATIENCE_S)


def register() -> None:
    """Make the kinds known in this process."""
    for kind in (
        Kind("test.write", write),
        Kind("test.first", write, priority=5),
        Kind("test.aside", write, queue="aside"),
        Kind("test.hold", hold),
        Kind("test.fail", fail, attempts=3),
        Kind("test.overstay", overstay, attempts=1, bounds=Bounds(seconds=0.5)),
        Kind("test.gorge", gorge, attempts=1, bounds=Bounds(memory_bytes=300_000_000)),
    ):
        registry.register(kind)
