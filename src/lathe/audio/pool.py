"""The encoder pool of a node: worker processes, which encode parts of cuts, and the cuts that grow in the spool.

One thread owns the workers: it starts them (Linux ties a child's life to the thread that started it), hands out parts
and takes their reports. Everything else asks it over a socket or reads what it wrote into the cuts. The worker that
gets the first part of a cut leads it: it also binds all the parts into the body, in a thread of its own, so that no
byte of music passes through this process.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any, Literal

from lathe.audio import parts
from lathe.audio.crew import Crew
from lathe.audio.cut import Cut
from lathe.audio.errors import EncodeError
from lathe.audio.handing import Handing
from lathe.audio.job import Job, Work
from lathe.audio.order import Format
from lathe.audio.pieces import Piece
from lathe.audio.queue import Queue
from lathe.audio.source import Source
from lathe.audio.spool import Spool
from lathe.audio.staff import Worker

__all__ = ["Cut", "EncoderPool"]


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class EncoderPool:
    """Encodes masters on `workers` processes (one a core unless told otherwise).

    Thread-safe; serves event loops and plain code.

    `spool` is a folder for growing files, which several pools may share. Start it once, close it at the end; `with`
    does both.
    """

    def __init__(self, *, workers: int | None = None, spool: Path) -> None:
        self._wanted = workers if workers is not None else cores()
        if self._wanted < 1:
            raise EncodeError(f"An encoder pool needs one worker at least, not {workers}.")
        self._spool_folder = Path(spool)
        self._lock = threading.RLock()
        self._live: dict[str, Cut] = {}
        self._queue = Queue()
        self._thread: threading.Thread | None = None
        self._closing = False

    def start(self) -> None:
        """Clear what dead pools left in the spool, and start the workers. A second call does nothing."""
        with self._lock:
            if self._thread:
                return
            self._closing = False
            self._spool = Spool(self._spool_folder)
            self._crew = Crew(self._wanted)
            self._handing = Handing(self._queue, self._crew, self._spool, self._fail, self._wanted)
            self._thread = threading.Thread(target=self._run, name="lathe-encoder-pool", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End every worker, fail what is unfinished, and remove the spool files. Returns when no process is left."""
        with self._lock:
            thread, self._closing = self._thread, True
        if thread:
            self._crew.ring()
            thread.join()
            with self._lock:
                self._thread = None

    def __enter__(self) -> EncoderPool:
        self.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def cut(
        self,
        key: str,
        fmt: Format,
        path: Path | str,
        source: Source,
        *,
        priority: int = 0,
        hold: bool = False,
    ) -> Cut:
        """Return the cut under `key`, new or the live one.

        A key names master, format and build. Higher `priority` goes first. `hold` takes a hold for the caller in the
        same step, to be released by it. Raises EncodeError where the pool is not running.
        """
        return self._take_in(key, Work(fmt, str(path), source), priority, hold=hold)

    def piece(self, key: str, order: parts.Order, piece: Piece, *, priority: int = 0) -> Cut:
        """Return a cut whose file holds one piece of a body alone, made by one worker; held for the caller.

        `key` names the body and the piece; the order's format is conformed. Raises as `cut` does.
        """
        fmt, path, source = order
        cut = self._take_in(key, Work(fmt, str(path), source, piece), priority, hold=True)
        self.urge(key, priority)
        return cut

    def urge(self, key: str, priority: int) -> None:
        """Somebody waits for the first byte of a cut: a worker begins it between two blocks of what it is at.

        Does nothing where this pool has the cut no more.
        """
        with self._lock:
            job = self._queue.of(self._live[key]) if key in self._live else None
            if job:
                job.at_once = True
                self._handing.raise_to(job, priority)
        self._crew.ring()

    def _take_in(self, key: str, work: Work, priority: int, *, hold: bool) -> Cut:
        with self._lock:
            if self._thread is None or self._closing:
                raise EncodeError("The encoder pool is not running; start it first.")
            cut = self._live.get(key)
            if cut is None:
                cut = self._live[key] = Cut(key, work.source.samples, self._idle, self._discard)
                self._queue.add(cut, work, priority)
            if hold:
                cut.hold()
            if job := self._queue.of(cut):
                self._handing.raise_to(job, priority)
        self._crew.ring()
        return cut

    def live(self, key: str) -> Cut | None:
        """The cut under a key, if this pool has it; takes no hold."""
        with self._lock:
            return self._live.get(key)

    def waiting(self) -> list[str]:
        """The keys of the cuts that no worker has yet, in the order in which their turn comes."""
        with self._lock:
            return self._queue.waiting

    @property
    def worker_pids(self) -> list[int]:
        """Process ids of the workers."""
        with self._lock:
            return [worker.process.pid for worker in self._crew.workers] if self._thread else []

    def _idle(self, cut: Cut) -> None:
        """Cancel a cut that nobody holds any more; drop the file of one that was discarded."""
        with self._lock:
            if cut.held:
                return
            if cut.finished:
                if self._live.get(cut.key) is not cut:
                    cut.remove_file()
            elif not cut.keep:
                self._cancel(cut)

    def _discard(self, cut: Cut) -> None:
        with self._lock:
            self._forget(cut)
            if not cut.finished:
                self._cancel(cut)
            elif not cut.held:
                cut.remove_file()

    def _cancel(self, cut: Cut) -> None:
        self._end_cut(
            cut,
            "cancelled",
            error=EncodeError(f"The encode of {cut.key} was cancelled: nobody waited for it any more."),
        )

    def _fail(self, cut: Cut, why: str) -> None:
        self._end_cut(cut, "failed", error=EncodeError(why))

    def _end_cut(self, cut: Cut, state: Literal["failed", "cancelled"], error: EncodeError) -> None:
        """Give a cut up, and tell the workers that are at it."""
        job = self._forget(cut)
        cut.ended(state, error=error)
        if job:
            self._handing.withdraw(job)

    def _forget(self, cut: Cut) -> Job | None:
        if self._live.get(cut.key) is cut:
            del self._live[cut.key]
        return self._queue.drop(cut)

    def _run(self) -> None:
        """Own the workers until the pool closes."""
        while not self._closing:
            with self._lock:
                if self._crew.is_hopeless:
                    self._give_up()
                self._crew.refill()
                self._handing.hand_out()
            for worker, messages in self._crew.reports():
                self._listen(worker, messages)
        self._end()

    def _give_up(self) -> None:
        """Fail all that waits; the next cut tries again with fresh workers."""
        waiting = [job for job in self._queue if job.cut.state == "waiting"]
        for job in waiting:
            self._fail(job.cut, "The encoder does not start; the server's log says why.")
        if waiting:
            self._crew.take_heart()

    def _listen(self, worker: Worker, messages: list[dict[str, Any]] | None) -> None:
        with self._lock:
            for message in messages or ():
                self._handing.heed(worker, message)
            if messages is None:
                self._handing.bury(worker)

    def _end(self) -> None:
        """End the workers and close the books."""
        with self._lock:
            self._crew.see_out()
            for cut in list(self._live.values()):
                self._fail(cut, "The encoder pool was closed.")
                cut.remove_file()
            self._spool.remove()
