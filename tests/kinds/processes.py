"""Workers of a test: `lathe worker` as it is started in a shop, with the kinds of jobs for tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0


def until(holds: Callable[[], object], what: str) -> None:
    """Wait for something to come true, with all the patience that a busy machine needs."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)


@contextmanager
def started(environ: Mapping[str, str]) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Lets the test start workers, each in a process group of its own; ends them after it."""
    ours = {"DJANGO_SETTINGS_MODULE": "tests.kinds.settings", "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    running: list[subprocess.Popen[bytes]] = []

    def start(*options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "lathe.cli.main", "worker", *options]
        made = subprocess.Popen(command, env={**environ, **ours}, stdout=subprocess.DEVNULL, start_new_session=True)
        running.append(made)
        return made

    try:
        yield start
    finally:
        for process in running:
            process.terminate()
        for process in running:
            _see_to_the_end(process)


def _see_to_the_end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
