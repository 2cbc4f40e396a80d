"""The lease table: one row a job, taken by one worker at a time, and given on when that one falls silent.

No lease has a date, so no clock that jumps can end one: a worker counts `beats` up while it lives, and whoever sees a
count stand still for long enough, by its own monotonic clock, frees the row.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from lathe.basics import clock
from lathe.jobs.models import Job
from lathe.jobs.terms import Ask, Ticket

_STALE_AFTER_S = 0.5


@dataclass(frozen=True)
class Lease:
    """A job that `worker` holds. `mark` tells whether it was asked for again meanwhile."""

    row: int
    worker: str
    ticket: Ticket
    mark: str


def put(ask: Ask) -> None:
    """Keep a job, or let the one that is there know that it is asked for again.

    Writing to the row that is there locks it until the caller's transaction ends, so that no worker takes it earlier.
    """
    row = Job(kind=ask.kind, key=ask.key, queue=ask.queue, priority=ask.priority, due_at=ask.due_at, mark=uuid4().hex)
    Job.objects.bulk_create([row], update_conflicts=True, update_fields=["mark"], unique_fields=["kind", "key"])
    waiting = Job.objects.filter(kind=ask.kind, key=ask.key, leased_by="")
    if ask.due_at is None:
        waiting.filter(due_at__isnull=False).update(due_at=None)
    else:
        waiting.filter(due_at__gt=ask.due_at).update(due_at=ask.due_at)


def take(worker: str, queues: Collection[str]) -> Lease | None:
    """Take the job that comes first; None when nothing is due.

    Looks before it locks: an idle shop takes no write lock on SQLite.
    """
    if not _due(queues).exists():
        return None
    with transaction.atomic():
        due = _due(queues)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        job = due.order_by("-priority", "id").first()
        if job is None:
            return None
        job.leased_by, job.attempts, job.beats = worker, job.attempts + 1, job.beats + 1
        job.save(update_fields=["leased_by", "attempts", "beats"])
        return Lease(job.id, worker, Ticket(job.kind, job.key, job.attempts), job.mark)


def _due(queues: Collection[str]) -> QuerySet[Job]:
    due = Job.objects.filter(Q(due_at__isnull=True) | Q(due_at__lte=clock.now()), leased_by="")
    return due.filter(queue__in=queues) if queues else due


def beat(rows: Collection[int], worker: str) -> None:
    """Give the sign of life for jobs that `worker` holds."""
    Job.objects.filter(id__in=rows, leased_by=worker).update(beats=F("beats") + 1)


def leave(lease: Lease) -> bool:
    """Take a job that is over out of the table; one that was asked for again meanwhile waits anew.

    Returns False where the lease was lost, and the job is another worker's.
    """
    if _held(lease).filter(mark=lease.mark).delete()[0]:
        return True
    return bool(_held(lease).update(leased_by="", attempts=0, due_at=None))


def put_back(lease: Lease, due_at: datetime | None, *, counts: bool = True) -> bool:
    """Let the job wait until `due_at`; without `counts` this attempt was none. False where the lease was lost."""
    attempts = lease.ticket.attempt - (0 if counts else 1)
    return bool(_held(lease).update(leased_by="", due_at=due_at, attempts=attempts))


def _held(lease: Lease) -> QuerySet[Job]:
    return Job.objects.filter(id=lease.row, leased_by=lease.worker, attempts=lease.ticket.attempt)


Sign = tuple[int, str, int]
"""A job under way as others see it: its row, its worker, its beats."""


def signs() -> list[Sign]:
    """The signs of life of every job under way."""
    return list(Job.objects.exclude(leased_by="").values_list("id", "leased_by", "beats"))


def free(silent: Iterable[Sign], seen_s: float) -> int:
    """Give back the jobs that still show just this sign; returns how many. Their attempts count.

    On SQLite this may have to wait for somebody's long transaction. Nobody could beat meanwhile, so what was seen
    before, at `seen_s` of the monotonic clock, proves nothing then.
    """
    with transaction.atomic():
        if time.monotonic() - seen_s > _STALE_AFTER_S:
            return 0
        return sum(
            Job.objects.filter(id=row, leased_by=worker, beats=beats).update(leased_by="", due_at=None)
            for row, worker, beats in silent
        )
