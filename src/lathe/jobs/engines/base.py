"""What a job engine is: it keeps jobs that are not done, and lets workers take them one by one.

A job is (kind, key). What it means, and whether it still needs doing, is known to the rooms above alone.
"""

from __future__ import annotations

from typing import Protocol

from lathe.jobs.terms import Ask, Census, Pending, Shift


class Engine(Protocol):
    """A job engine. Every method but `drain` and `work` takes part in the caller's transaction."""

    name: str

    def put(self, ask: Ask) -> None:
        """Keep a job; one that waits already stays one, and is due at the earlier of the two moments.

        No worker takes it before the caller's transaction has ended. One that runs is run once more afterwards: it
        may have read what was there before.
        """

    def drop(self, kind: str, key: str) -> None:
        """Forget a job that waits; none there is as good."""

    def pending(self, kind: str = "") -> list[Pending]:
        """The jobs that are not done, of one kind or of all, in the order in which they are taken."""

    def holds(self, kind: str, key: str) -> bool:
        """Whether this job waits or runs."""

    def census(self) -> list[Census]:
        """The jobs that are not done, counted by kind."""

    def drain(self) -> int:
        """Run what is due, here and now, until nothing is; returns how many jobs ran, failed ones included."""

    def work(self, shift: Shift) -> None:
        """Be a worker for a shift. Raises where the database cannot be used, to be called again."""
