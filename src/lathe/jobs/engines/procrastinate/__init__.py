"""The engine of larger shops: procrastinate's queue in PostgreSQL, which wakes its workers by NOTIFY.

Procrastinate keeps the queue, wakes the workers and hands out the jobs. Ours are the retries, the dead, the sign of
life, and taking up what a killed worker left: a job that is put back while it was asked for again would break
procrastinate's unique key, and the one that waits then stands for both.
"""

from __future__ import annotations

import asyncio
import threading

from lathe.jobs.engines.procrastinate import rows
from lathe.jobs.engines.procrastinate.floor import Floor
from lathe.jobs.terms import Ask, Census, Pending, Shift


class Procrastinate:
    """Jobs in procrastinate's tables."""

    name = "procrastinate"

    def put(self, ask: Ask) -> None:
        rows.put(ask)

    def drop(self, kind: str, key: str) -> None:
        rows.drop(kind, key)

    def pending(self, kind: str = "") -> list[Pending]:
        return rows.pending(kind)

    def holds(self, kind: str, key: str) -> bool:
        return rows.of(kind, key).exists()

    def census(self) -> list[Census]:
        return rows.census()

    def drain(self) -> int:
        count = 0
        while ran := asyncio.run(Floor(Shift(threading.Event())).drain()):
            count += ran
        return count

    def work(self, shift: Shift) -> None:
        asyncio.run(Floor(shift).work())


engine = Procrastinate()
