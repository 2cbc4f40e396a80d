"""The embedded engine: a lease table in the shop's own database, SQLite or PostgreSQL, and threads that work it off."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from uuid import uuid4

from django.db import close_old_connections, connection, transaction
from django.db.models import Count, Min, Q
from django.db.models.functions import Greatest

from lathe.basics import clock
from lathe.jobs import leases, records, running
from lathe.jobs.leases import Lease, Sign
from lathe.jobs.models import Job
from lathe.jobs.terms import Ask, Census, Notices, Pending, Shift
from lathe.jobs.watch import Watch

LOOKS_EVERY_S = 0.2
BEATS_EVERY_S = 1.0

log = logging.getLogger("lathe.jobs")
_asked = threading.Event()
"""Set when this process has committed a job: a worker in it need not wait for its next look."""


class Embedded:
    """Jobs in the shop's own database."""

    name = "embedded"

    def put(self, ask: Ask) -> None:
        leases.put(ask)
        transaction.on_commit(_asked.set)

    def drop(self, kind: str, key: str) -> None:
        Job.objects.filter(kind=kind, key=key, leased_by="").delete()

    def pending(self, kind: str = "") -> list[Pending]:
        rows = Job.objects.filter(kind=kind) if kind else Job.objects.all()
        return [_pending(row) for row in rows.order_by("-priority", "id")]

    def holds(self, kind: str, key: str) -> bool:
        return Job.objects.filter(kind=kind, key=key).exists()

    def census(self) -> list[Census]:
        waits = Q(leased_by="")
        is_due = waits & (Q(due_at__isnull=True) | Q(due_at__lte=clock.now()))
        rows = Job.objects.values("kind").annotate(
            waiting=Count("id", filter=waits),
            running=Count("id", filter=~waits),
            at_once=Min("asked_at", filter=is_due & Q(due_at__isnull=True)),
            later=Min(Greatest("due_at", "asked_at"), filter=is_due & Q(due_at__isnull=False)),
        )
        return [
            Census(
                row["kind"],
                row["waiting"],
                row["running"],
                min((at for at in (row["at_once"], row["later"]) if at), default=None),
            )
            for row in rows.order_by("kind")
        ]

    def drain(self) -> int:
        return _Worker(Shift(threading.Event())).drain()

    def work(self, shift: Shift) -> None:
        _Worker(shift).work()


engine = Embedded()


class _Worker:
    """One worker: threads that take jobs, and one that beats for them and watches the other workers."""

    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        self._name = _name()
        self._watch: Watch[Sign] = Watch()
        self._lock = threading.Lock()
        self._held: dict[int, Lease] = {}

    def work(self) -> None:
        threads = [
            threading.Thread(target=self._take_jobs, name=f"jobs-{n}", daemon=True) for n in range(self._shift.slots)
        ]
        for thread in threads:
            thread.start()
        self._keep_until(self._shift.stop)
        self._end(threads)

    def drain(self) -> int:
        """Do what is due in this thread, while another one beats; returns how many jobs ran."""
        over, count = threading.Event(), 0
        keeper = threading.Thread(target=self._keep_until, args=(over,), name="jobs-keeper", daemon=True)
        keeper.start()
        try:
            while lease := self._take():
                self._run(lease)
                count += 1
        finally:
            over.set()
            keeper.join()
        return count

    def _keep_until(self, over: threading.Event) -> None:
        try:
            while not over.wait(BEATS_EVERY_S):
                self._keep()
        finally:
            connection.close()

    def _keep(self) -> None:
        """What is due once a second. A database that does not answer is asked again in the next one."""
        try:
            self._beat()
            now_s = time.monotonic()
            silent = self._watch.silent(self._signs(), now_s)
            if silent and (freed := leases.free(silent, now_s)):
                log.warning("%d jobs of a worker that is gone are taken up again", freed)
                _asked.set()
            self._shift.tick()
        except Exception:
            log.exception("The job table could not be kept; trying again")
            connection.close()

    def _beat(self) -> None:
        rows = self._rows()
        if rows:
            leases.beat(rows, self._name)

    def _rows(self) -> list[int]:
        with self._lock:
            return list(self._held)

    def _signs(self) -> list[Sign]:
        """The jobs that others have under way, and rows that say that this worker has, and it does not know of: the
        end of those could not be written down."""
        own = self._rows()
        return [sign for sign in leases.signs() if sign[1] != self._name or sign[0] not in own]

    def _end(self, threads: list[threading.Thread]) -> None:
        """Let what runs come to its end; give back what does not within the grace."""
        deadline = time.monotonic() + self._shift.grace_s
        while (alive := [thread for thread in threads if thread.is_alive()]) and time.monotonic() < deadline:
            self._keep()
            alive[0].join(min(BEATS_EVERY_S, max(0.0, deadline - time.monotonic())))
        with self._lock:
            left = list(self._held.values())
        for lease in left:
            if leases.put_back(lease, None, counts=False):
                log.warning("Job %s %s is given back: it did not end in time", lease.ticket.kind, lease.ticket.key)
        connection.close()

    def _take_jobs(self) -> None:
        while not self._shift.stop.is_set():
            try:
                lease = self._take()
                if lease is None:
                    _asked.wait(LOOKS_EVERY_S)
                    _asked.clear()
                else:
                    self._run(lease)
            except Exception:
                log.exception("The job table could not be used; trying again")
                connection.close()
                self._shift.stop.wait(1.0)
        connection.close()

    def _take(self) -> Lease | None:
        lease = leases.take(self._name, self._shift.queues)
        if lease is not None:
            with self._lock:
                self._held[lease.row] = lease
        return lease

    def _run(self, lease: Lease) -> None:
        try:
            _run(lease, self._shift.notices)
        finally:
            with self._lock:
                self._held.pop(lease.row, None)
            close_old_connections()


def _run(lease: Lease, notices: Notices) -> None:
    """Do one job and write down how it ended, in one transaction with its own fate."""
    outcome = running.perform(lease.ticket, notices)
    with transaction.atomic():
        is_ours = leases.put_back(lease, outcome.again_at) if outcome.again_at else leases.leave(lease)
        if is_ours:
            records.note(lease.ticket, outcome)
    if not is_ours:
        log.warning("Job %s %s was another worker's by its end", lease.ticket.kind, lease.ticket.key)


def _pending(row: Job) -> Pending:
    return Pending(
        kind=row.kind,
        key=row.key,
        queue=row.queue,
        priority=row.priority,
        state="running" if row.leased_by else "waiting",
        attempts=row.attempts,
        asked_at=row.asked_at,
        due_at=row.due_at,
    )


def _name() -> str:
    return f"{socket.gethostname()[:16]}:{os.getpid()}:{uuid4().hex[:12]}"
