"""A worker as the pool sees it: a process, a socket to it, and the jobs and parts it is at."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lathe
from lathe.audio import wire

LAST_WORDS_S = 2.0


@dataclass(eq=False)
class Worker:
    """One encoder process. It is `ready` once it has said a word; `tasks` are numbers of jobs and of parts of them;
    `heard_at` is when it spoke last, by the monotonic clock; `untaken` are those tasks of which it has not said that
    they came.
    """

    process: subprocess.Popen[bytes]
    end: socket.socket
    lines: wire.Lines = field(default_factory=wire.Lines)
    ready: bool = False
    tasks: set[tuple[int, int]] = field(default_factory=set)
    heard_at: float = 0.0
    untaken: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def start(cls) -> Worker:
        """Start a process. The thread that does has to outlive it: Linux ends the process with that thread."""
        ours, theirs = socket.socketpair()
        search = [str(Path(lathe.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
        process = subprocess.Popen(
            [sys.executable, "-m", "lathe.audio.worker", str(theirs.fileno()), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(search)},
        )
        theirs.close()
        return cls(process, ours)

    def is_at(self, job: int) -> bool:
        """Whether it has a part of that job."""
        return any(number == job for number, _ in self.tasks)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message. Where the process has died, reading its end will say so."""
        try:
            wire.send(self.end, message)
        except OSError:
            return

    def receive(self) -> list[dict[str, Any]] | None:
        """Return the messages that have come; None where the process is gone."""
        try:
            data = self.end.recv(wire.READ_BYTES)
        except OSError:
            return None
        self.heard_at = time.monotonic()
        return self.lines.take(data) if data else None

    def kill(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.wait()

    def see_out(self) -> None:
        """Wait for a process whose socket was closed; end it where it does not go."""
        try:
            self.process.wait(LAST_WORDS_S)
        except subprocess.TimeoutExpired:
            self.kill()
