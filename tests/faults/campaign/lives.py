"""Programs of a campaign that are killed and started again: the two nodes and the worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tests import serving

TAG = "LATHE_TEST_CAMPAIGN"
"""In the environment of all that a campaign starts, so that a stray process is known whoever its parent is by now."""


class Node:
    """A `lathe serve` with its data folder and its clock. It can be killed and started again, on another port."""

    def __init__(self, home: Path, environ: Mapping[str, str], log: Path) -> None:
        self.home, self.clock, self._log = home, home.parent / f"{home.name}.clock", log
        self._environ = {**environ, "LATHE_HOME": str(home), "LATHE_TEST_CLOCK": str(self.clock)}
        self._life = ExitStack()
        self.address = ""

    def start(self) -> None:
        self._running = self._life.enter_context(serving.started(self._environ, self._log))
        self.address = self._running.address

    def kill(self) -> None:
        self._running.process.kill()
        self._life.close()

    def end(self) -> None:
        """Let it end as SIGTERM does."""
        self._life.close()

    def encoders(self) -> list[int]:
        return self._running.workers()


class Worker:
    """A `lathe worker` of two processes and their overseer."""

    def __init__(self, home: Path, environ: Mapping[str, str], log: Path) -> None:
        self._environ = {**environ, "LATHE_HOME": str(home), "LATHE_TEST_CLOCK": str(home.parent / "worker.clock")}
        self._log = log

    def start(self) -> None:
        command = [sys.executable, "-m", "lathe.cli.main", "worker", "--concurrency", "2", "--grace", "1"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environ, stdout=log, stderr=log)

    def kill(self) -> None:
        """Kill the overseer; its processes see that it is gone."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)

    def processes(self) -> list[int]:
        """Those that do the jobs."""
        children = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        return [int(pid) for file in children for pid in file.read_text().split()]


def tagged(tag: str) -> set[int]:
    """All processes that live and carry a campaign's tag."""
    mark = f"{TAG}={tag}".encode()
    return {pid for pid in _pids() if mark in _environ_of(pid).split(b"\0") and pid != os.getpid()}


def strays(tag: str) -> set[int]:
    """Those of them whose parents have died: the kernel has given them to another, outside the campaign."""
    ours = tagged(tag) | {os.getpid()}
    return {pid for pid in ours - {os.getpid()} if _parent(pid) not in ours}


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _environ_of(pid: int) -> bytes:
    """What a process was started with; empty for one that has ended, or is another user's."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return os.getpid()  # it has ended meanwhile, and strays no more
