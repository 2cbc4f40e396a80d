"""The jobs of a pool that are not at their end, and which of them is next."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from lathe.audio.cut import Cut
from lathe.audio.job import Job, Work


class Queue:
    """All jobs that are not at their end: first bytes that somebody waits for, then the higher priority, then those
    that are not begun, then each in its turn. Whoever waits for a first byte waits for nobody's last."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._numbers, self._turns = itertools.count(1), itertools.count(1)

    def add(self, cut: Cut, work: Work, priority: int) -> Job:
        """Take a new cut in."""
        number = next(self._numbers)
        job = self._jobs[number] = Job(number, cut, work, priority)
        return job

    def of(self, cut: Cut) -> Job | None:
        """Return the job of a cut that is not at its end."""
        return next((job for job in self._jobs.values() if job.cut is cut), None)

    def numbered(self, number: int) -> Job | None:
        """Return a job by its number; None where it has come to its end."""
        return self._jobs.get(number)

    def ready(self, ahead: int) -> list[Job]:
        """Return the jobs of which something can be handed out, the most urgent first."""
        found = (job for job in self._jobs.values() if not job.is_begun or job.has_part(ahead))
        return sorted(found, key=lambda job: job.urgency)

    def had_its_turn(self, job: Job) -> None:
        """Note that a part of a job was handed out: those that are as urgent come before it now."""
        job.turn = next(self._turns)

    @property
    def waiting(self) -> list[str]:
        """The keys of the cuts that no worker has yet, the one that comes next first."""
        jobs = sorted((job for job in self._jobs.values() if not job.is_begun), key=lambda job: job.urgency)
        return [job.cut.key for job in jobs]

    def drop(self, cut: Cut) -> Job | None:
        """Let go of a cut that has come to its end; its files of parts go."""
        job = self.of(cut)
        if job:
            del self._jobs[job.number]
            job.remove_files()
        return job

    def __iter__(self) -> Iterator[Job]:
        return iter(list(self._jobs.values()))
