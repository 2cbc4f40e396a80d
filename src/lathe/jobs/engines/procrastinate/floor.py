"""One worker of procrastinate: its event loop, a thread for each job, and a keeper that beats for them."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from django.db import connection, transaction
from django.db.models.functions import Now
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.contrib.django.models import ProcrastinateWorker
from procrastinate.contrib.django.utils import connector_params
from procrastinate.worker import Worker

from lathe.jobs import records, running
from lathe.jobs.engines.procrastinate import rows
from lathe.jobs.engines.procrastinate.rows import TASK, Sign
from lathe.jobs.terms import Ask, Notices, Shift, Ticket
from lathe.jobs.watch import Watch

BEATS_EVERY_S, LISTENS_EVERY_S = 1.0, 0.1
LOOKS_EVERY_S = 0.5
"""For jobs that fall due by the clock; those due at once are notified."""

log = logging.getLogger("lathe.jobs")


class Floor:
    """One worker, made anew for each shift."""

    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        self._app = App(connector=PsycopgConnector(min_size=1, max_size=4, kwargs=connector_params()))
        self._app.task(name=TASK, pass_context=True)(self._job)
        self._worker: Worker | None = None
        self._watch: Watch[Sign] = Watch()
        self._under_way: set[int] = set()
        self._ran = 0

    async def drain(self) -> int:
        """Run what is due; returns how many jobs ran."""
        await self._run(self._made(wait=False, listen_notify=False))
        return self._ran

    async def work(self) -> None:
        """Work until the shift is over. Returns early where the database cannot be used."""
        await self._run(self._made(wait=True, listen_notify=True))
        if not self._shift.stop.is_set():
            log.error("The worker lost its database; it begins anew")

    async def _run(self, worker: Worker) -> None:
        over = threading.Event()
        keeper = threading.Thread(target=self._keep_until, args=(over, worker), name="jobs-keeper", daemon=True)
        async with self._app.open_async():
            keeper.start()
            try:
                await worker.run()  # type: ignore[no-untyped-call]
            finally:
                over.set()
                await asyncio.to_thread(keeper.join)

    def _made(self, *, wait: bool, listen_notify: bool) -> Worker:
        self._worker = Worker(
            self._app,
            queues=list(self._shift.queues) or None,
            concurrency=self._shift.slots,
            wait=wait,
            listen_notify=listen_notify,
            fetch_job_polling_interval=LOOKS_EVERY_S,
            shutdown_graceful_timeout=self._shift.grace_s,
            delete_jobs="successful",
            install_signal_handlers=False,
        )
        return self._worker

    async def _job(self, context: JobContext, kind: str, key: str, attempt: int) -> None:
        """Do one job in a thread. When the grace is over procrastinate cancels this, and the job is given back."""
        row, attempt = context.job.id or 0, attempt + context.job.attempts
        held = Ask(kind, key, context.job.queue, context.job.priority, attempt=attempt)
        given_back = threading.Event()
        self._under_way.add(row)
        self._ran += 1
        try:
            await _in_a_thread(lambda: _run(held, self._shift.notices, given_back))
        except asyncio.CancelledError:
            given_back.set()
            await _in_a_thread(lambda: _put_back(held))
            log.warning("Job %s %s is given back: it did not end in time", kind, key)
        finally:
            self._under_way.discard(row)

    def _keep_until(self, over: threading.Event, worker: Worker) -> None:
        """Beat and watch until the worker is over; when the shift is, tell it, and go on while it ends."""
        beaten_s = float("-inf")
        while not over.wait(LISTENS_EVERY_S):
            if self._shift.stop.is_set():
                worker.stop()  # type: ignore[no-untyped-call]
            if time.monotonic() - beaten_s >= BEATS_EVERY_S:
                beaten_s = time.monotonic()
                self._keep()
        connection.close()

    def _keep(self) -> None:
        """What is due once a second. A database that does not answer is asked again in the next one."""
        try:
            own = self._worker.worker_id if self._worker else None
            ProcrastinateWorker.objects.filter(id=own).update(last_heartbeat=Now())
            freed = sum(rows.free(sign) for sign in self._watch.silent(self._signs(own), time.monotonic()))
            if freed:
                log.warning("%d jobs of a worker that is gone are taken up again", freed)
            self._shift.tick()
        except Exception:
            log.exception("The job table could not be kept; trying again")
            connection.close()

    def _signs(self, own: int | None) -> list[Sign]:
        """The jobs that others have under way, and rows that say that this worker has, and it does not know of."""
        return [
            (row, worker, None if worker == own else beat)
            for row, worker, beat in rows.signs()
            if worker != own or row not in self._under_way
        ]


def _run(held: Ask, notices: Notices, given_back: threading.Event) -> None:
    """Do one job and write down how it ended, together with the row of its next attempt where there is one."""
    ticket = Ticket(held.kind, held.key, held.attempt)
    try:
        outcome = running.perform(ticket, notices)
        if given_back.is_set():
            return
        with transaction.atomic():
            records.note(ticket, outcome)
            if outcome.again_at is not None:
                rows.put(replace(held, attempt=held.attempt + 1, due_at=outcome.again_at))
    finally:
        connection.close()


def _put_back(held: Ask) -> None:
    """Queue a job anew whose attempt did not count. The row that is under way goes when procrastinate is told."""
    try:
        rows.put(held)
    finally:
        connection.close()


async def _in_a_thread(work: Callable[[], None]) -> None:
    """Run `work` in a thread that does not keep the process alive, unlike those of asyncio's own pool."""
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    done: asyncio.Future[None] = loop.create_future()

    def tell(failure: BaseException | None) -> None:
        if done.cancelled():
            return
        if failure is None:
            done.set_result(None)
        else:
            done.set_exception(failure)

    def run() -> None:
        failure = None
        try:
            context.run(work)
        except BaseException as raised:
            failure = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, failure)

    threading.Thread(target=run, name="job", daemon=True).start()
    await done
