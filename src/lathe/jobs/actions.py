"""Asking for jobs, and giving dead ones a fresh start."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lathe.jobs import engines, queries, records, registry
from lathe.jobs.terms import Ask


@transaction.atomic
def enqueue(*, kind: str, key: str, due_at: datetime | None = None) -> None:
    """Ask for a job, in the caller's transaction: it is there if that commits, and was never there if it does not.

    Asking again while it waits makes it no second one; it is due at the earlier moment. Asked for while it runs, it
    runs once more. Raises JobError on a kind that nobody registered.
    """
    known = registry.kind_of(kind)
    engines.current().put(Ask(kind, key, known.queue, known.priority, due_at))
    records.revive(kind, key)


def drop(*, kind: str, key: str) -> None:
    """Take back a job that waits, in the caller's transaction; none there is as good."""
    engines.current().drop(kind, key)


@transaction.atomic
def retry_dead(*, kind: str, key: str | None = None) -> int:
    """Give dead jobs of a kind, or the one of a key, a fresh start; returns how many."""
    dead = queries.dead().filter(kind=kind)
    if key is not None:
        dead = dead.filter(key=key)
    keys = sorted(dead.values_list("key", flat=True))
    for one in keys:
        enqueue(kind=kind, key=one)
    return len(keys)
