"""`lathe worker` as an overseer: it starts a process for each job at once, and ends one whose job takes too much.

Each process does one job at a time and reports its begin and its end through a socket. When the overseer is killed the
socket closes, and the processes end by themselves as they would on SIGTERM.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connection

from lathe.jobs import records, registry
from lathe.jobs.errors import JobError
from lathe.jobs.registry import CUTTING
from lathe.jobs.rules import MODEST, Bounds
from lathe.jobs.terms import Notices, Ticket

LOOKS_EVERY_S = 0.5
GIVES_UP_AFTER_S = 5.0
"""Beyond its bound: a job is told to stop at the bound itself, and its process is killed when that did not help."""
RESTS_S = (0.0, 1.0, 5.0, 30.0)
"""Before a process that ended by itself is started again, for the first time, the second, and so on."""
LIVED_WELL_S = 60.0

log = logging.getLogger("lathe.jobs")


@dataclass(frozen=True)
class Plan:
    """What to start: so many processes, for these queues (all where empty), with this much time to end."""

    processes: int
    queues: Sequence[str]
    grace_s: float

    def queues_of(self, number: int) -> list[str]:
        """The queues of the n-th process: cuts keep every core busy by themselves, so only the first takes them."""
        wanted = list(self.queues) or list(registry.queues())
        others = [queue for queue in wanted if queue != CUTTING]
        return wanted if number == 0 or not others else others


def oversee(plan: Plan, stop: threading.Event) -> None:
    """Keep the processes at work until `stop` is set; then let them end within their grace."""
    slots = [_Slot(plan.queues_of(number), plan.grace_s) for number in range(plan.processes)]
    try:
        while not stop.is_set():
            for slot in slots:
                slot.look()
            _listen(slots)
    finally:
        for slot in slots:
            slot.tell_to_end()
        for slot in slots:
            slot.see_to_the_end()


def _listen(slots: list[_Slot]) -> None:
    with selectors.DefaultSelector() as selector:
        for slot in slots:
            if slot.line is not None:
                selector.register(slot.line, selectors.EVENT_READ, slot)
        for key, _events in selector.select(LOOKS_EVERY_S):
            key.data.hear()
        if not selector.get_map():
            time.sleep(LOOKS_EVERY_S)


class _Slot:
    """One process: what it was started with, what it is at, and how often it had to be started."""

    def __init__(self, queues: list[str], grace_s: float) -> None:
        self._queues, self._grace_s = queues, grace_s
        self._process: subprocess.Popen[bytes] | None = None
        self.line: socket.socket | None = None
        self._heard = b""
        self._ticket: Ticket | None = None
        self._begun_s = self._started_s = 0.0
        self._failures = 0

    def look(self) -> None:
        """Start the process where none runs; kill one whose job is out of bounds."""
        if self._process is None or self._process.poll() is not None:
            self._start_again()
        elif self._ticket is not None and (why := self._too_much(self._ticket, self._process.pid)):
            self._process.kill()
            self._process.wait()
            _note(self._ticket, why)

    def hear(self) -> None:
        """Take in what the process reports."""
        heard = self.line.recv(65536) if self.line else b""
        if not heard and self.line is not None:
            self.line.close()
            self.line = None
        *lines, self._heard = (self._heard + heard).split(b"\n")
        for line in lines:
            said = json.loads(line)
            self._ticket, self._begun_s = Ticket(**said) if said else None, time.monotonic()

    def tell_to_end(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def see_to_the_end(self) -> None:
        """Wait until the process has ended; kill one that outstays its grace."""
        if self._process is None:
            return
        try:
            self._process.wait(self._grace_s + GIVES_UP_AFTER_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self.line is not None:
            self.line.close()

    def _start_again(self) -> None:
        now = time.monotonic()
        if self._process is not None:
            if now - self._started_s > LIVED_WELL_S:
                self._failures = 0
            if now - self._started_s < RESTS_S[min(self._failures, len(RESTS_S) - 1)]:
                return
            log.warning("A worker process ended (status %s); another takes its place", self._process.returncode)
            self._failures += 1
        self._started_s, self._heard, self._ticket = now, b"", None
        if self.line is not None:
            self.line.close()
        self.line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*_COMMAND, str(theirs.fileno()), "--grace", str(self._grace_s), "--queues", ",".join(self._queues)],
                pass_fds=[theirs.fileno()],
            )

    def _too_much(self, ticket: Ticket, pid: int) -> str:
        bounds = _bounds(ticket)
        if time.monotonic() - self._begun_s > bounds.seconds + GIVES_UP_AFTER_S:
            return f"It took longer than {bounds.seconds:g} seconds, and its process was ended."
        used = _resident_bytes(pid)
        if used > bounds.memory_bytes:
            return f"It took {used // 1_000_000} MB of memory, more than it may, and its process was ended."
        return ""


def _note(ticket: Ticket, why: str) -> None:
    """Let the log and the record say why; a database that does not answer must not end the overseer."""
    log.error("Job %s %s: %s", ticket.kind, ticket.key, why)
    try:
        records.note_killed(ticket, why)
    except DatabaseError:
        log.exception("The record could not be written")
    finally:
        connection.close()


_COMMAND = [sys.executable, "-m", "lathe.cli.main", "worker", "--reports"]


def _bounds(ticket: Ticket) -> Bounds:
    try:
        return registry.kind_of(ticket.kind).bounds
    except JobError:
        return MODEST


def _resident_bytes(pid: int) -> int:
    """The memory of a process; 0 where the system does not tell (only Linux does)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


class Reporter:
    """The other end of the socket, in the process that works: tells of jobs, and sees when the overseer is gone."""

    def __init__(self, descriptor: int, stop: threading.Event) -> None:
        self._line = socket.socket(fileno=descriptor)
        self._line.set_inheritable(False)
        self._stop = stop
        threading.Thread(target=self._listen, name="overseer", daemon=True).start()

    def notices(self) -> Notices:
        return Notices(begun=lambda ticket: self._tell(vars(ticket)), ended=lambda ticket: self._tell(None))

    def _tell(self, said: dict[str, object] | None) -> None:
        with contextlib.suppress(OSError):  # the overseer is gone, and `_listen` sees it too
            self._line.sendall(json.dumps(said).encode() + b"\n")

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            self._line.recv(1)
        self._stop.set()
