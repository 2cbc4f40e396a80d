"""Hands parts of cuts to workers, and takes what they say of them. All of it runs under the pool's lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lathe.audio.crew import Crew
from lathe.audio.cut import Cut
from lathe.audio.errors import AudioError
from lathe.audio.facts import BodyFacts
from lathe.audio.job import Job, Part
from lathe.audio.queue import Queue
from lathe.audio.spool import Spool
from lathe.audio.staff import Worker

AHEAD = 2
"""Parts of a cut, beyond one a worker, that may be finished and wait until those before them are laid."""
AT_A_TIME = 8
"""Orders as urgent as a newcomer that a worker may have under way for it to get that one too."""
SILENT_S = 0.25
"""A worker that has orders and said nothing for so long, or has not answered the last, may stand still: no newcomer is
sent there."""


class Handing:
    """What is handed to whom. `fail` ends a cut for a reason."""

    def __init__(self, queue: Queue, crew: Crew, spool: Spool, fail: Callable[[Cut, str], None], wanted: int) -> None:
        self._queue, self._crew, self._spool, self._fail = queue, crew, spool, fail
        self._ahead = wanted + AHEAD

    def hand_out(self) -> None:
        """Give out all that there is a worker for: what is most urgent first, newcomers to busy workers too."""
        handed = True
        while handed:
            handed = False
            for job in self._queue.ready(self._ahead):
                if worker := self._worker_for(job):
                    self._give(worker, job)
                    handed = True
                    break

    def _worker_for(self, job: Job) -> Worker | None:
        """Return the worker that has the least to do; None where the job has to wait."""
        free = [worker for worker in self._crew.workers if self._may_have(worker, job)]
        return min(free, key=lambda worker: (*self._rivals(worker, job), len(worker.tasks)), default=None)

    def _may_have(self, worker: Worker, job: Job) -> bool:
        """Whether a worker can have something of a job: it is free, or awake and at what can wait."""
        if not worker.ready or not worker.tasks:
            return worker.ready
        is_awake = not worker.untaken and time.monotonic() - worker.heard_at < SILENT_S
        return is_awake and self._rivals(worker, job)[1] < (AT_A_TIME if job.is_newcomer else 1)

    def _rivals(self, worker: Worker, job: Job) -> tuple[int, int]:
        """Count what a worker has under way that is as urgent: single passes, which are long, and all."""
        found = [self._queue.numbered(number) for number, _ in worker.tasks]
        rivals = [one for one in found if one and one.priority >= job.priority]
        return sum(one.division is None for one in rivals), len(rivals)

    def _give(self, worker: Worker, job: Job) -> None:
        """Hand out the next part of a job. Where that cannot be, the cut fails."""
        try:
            if not job.is_begun:
                self._begin(worker, job)
            self._send_part(worker, job)
        except OSError as error:
            self._fail(job.cut, f"The spool folder {self._spool.folder} takes no file: {error.strerror}.")
        except AudioError as error:
            self._fail(job.cut, f"{job.cut.key} could not be encoded: {error}")

    def _begin(self, worker: Worker, job: Job) -> None:
        """Start a cut: its file, and its lead where it has parts."""
        job.settle()
        path, file = self._spool.new_file()
        job.cut.started(path, file)
        if job.division:
            job.lead = worker
            worker.send(job.order("bind", file=str(path)))

    def _send_part(self, worker: Worker, job: Job) -> None:
        number = len(job.parts)
        file = self._spool.new_part() if job.division else job.cut.path
        job.parts.append(Part(file, worker.process.pid))
        worker.tasks.add((job.number, number))
        worker.untaken.add((job.number, number))
        worker.send(job.order(job.does, part=number, file=str(file)))
        self._queue.had_its_turn(job)

    def raise_to(self, job: Job, priority: int) -> None:
        """Somebody else wants a cut, and perhaps sooner."""
        if priority > job.priority:
            job.priority = priority
            self._tell_all(job, {"do": "urge", "job": job.number, "priority": priority})

    def withdraw(self, job: Job) -> None:
        """Tell the workers that are at a job that nobody wants it any more."""
        self._tell_all(job, {"do": "drop", "job": job.number})

    def _tell_all(self, job: Job, message: dict[str, Any]) -> None:
        for worker in self._crew.workers:
            if worker is job.lead or worker.is_at(job.number):
                worker.send(message)

    def heed(self, worker: Worker, message: dict[str, Any]) -> None:
        """Take what a worker says."""
        did = message["did"]
        if did == "start":
            self._crew.welcome(worker)
            return
        if did == "take":
            worker.untaken.discard((message["job"], message["part"]))
            return
        if did in ("finish", "fail", "cancel"):
            worker.tasks.discard((message["job"], message["part"]))
        job = self._queue.numbered(message["job"])
        if job is None:
            return
        if did in ("fail", "unbound"):
            self._fail(job.cut, f"{job.cut.key} could not be encoded: {message['why']}")
        elif did in ("lay", "bind"):
            self._laid(job, message)
        elif did in ("wrote", "finish"):
            self._encoded(job, message)

    def _encoded(self, job: Job, message: dict[str, Any]) -> None:
        """Take how far a part is, and have its bytes laid where it is the next one."""
        if job.division is None and message["did"] == "finish":
            self._done(job, message["facts"], [])
            return
        part = job.parts[message["part"]]
        part.bytes, part.samples, part.ended = message["bytes"], message["samples"], message["did"] == "finish"
        if job.division is None:
            job.cut.grew(part.bytes, job.samples)
        elif message["part"] == job.laid:
            self._have_laid(job)

    def _laid(self, job: Job, message: dict[str, Any]) -> None:
        """Take how far the body is."""
        if message["did"] == "bind":
            self._done(job, message["facts"], message["joins"])
            return
        job.cut.grew(message["bytes"], job.samples)
        if message["laid"]:
            job.laid += 1
            self._have_laid(job)

    def _have_laid(self, job: Job) -> None:
        message = job.lay()
        if job.lead and message:
            job.lead.send(message)

    def _done(self, job: Job, facts: dict[str, Any], joins: list[dict[str, Any]]) -> None:
        self._queue.drop(job.cut)
        job.cut.explain = job.explained(joins)
        job.cut.ended("done", facts=BodyFacts.from_dict(facts))

    def bury(self, worker: Worker) -> None:
        """Take leave of a worker that died: what it was at and what it led has failed; what it never came to begins
        again with another.
        """
        untaken = set().union(*(one.untaken for one in self._crew.workers))
        self._crew.bury(worker)
        for job in self._queue:
            if job.lead is not worker and not worker.is_at(job.number):
                continue
            if all((job.number, part) in untaken for part in range(len(job.parts))):
                self._begin_again(job)
            else:
                self._fail(job.cut, f"The encoder died while it was at {job.cut.key}. Ask for it again.")

    def _begin_again(self, job: Job) -> None:
        """Let a cut that no worker came to wait once more, under a number to which no late words of the old one go."""
        self.withdraw(job)
        self._queue.drop(job.cut)
        self._queue.add(job.cut, job.work, job.priority).at_once = job.at_once
        job.cut.put_back()
