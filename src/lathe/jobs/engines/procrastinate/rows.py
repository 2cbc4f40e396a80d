"""The rows of procrastinate's queue: asked for on Django's own connection, and so inside its transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Greatest, Now
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation

from lathe.basics import clock
from lathe.jobs.errors import JobError
from lathe.jobs.terms import Ask, Census, Pending

TASK = "lathe.job"
"""The one task that procrastinate knows; its arguments name the job."""
_TRIES = 20

_asking = App(connector=DjangoConnector())

Sign = tuple[int, int | None, datetime | None]
"""A job under way as others see it: its row, its worker, the worker's last heartbeat."""


def put(ask: Ask) -> None:
    """Queue a job, or hasten the one that waits. Raises JobError where neither can be had."""
    for _ in range(_TRIES):
        if _insert(ask) or _hasten(ask):
            return
    raise JobError(f"The job {ask.kind} {ask.key} could not be queued: it is taken as fast as it is asked for.")


def _insert(ask: Ask) -> bool:
    """Queue a new row; False where one waits already. The savepoint keeps the caller's transaction usable then."""
    name = _lock(ask.kind, ask.key)
    try:
        with transaction.atomic():
            _asking.configure_task(
                TASK, queue=ask.queue, priority=ask.priority, schedule_at=ask.due_at, lock=name, queueing_lock=name
            ).defer(kind=ask.kind, key=ask.key, attempt=ask.attempt)
    except AlreadyEnqueued:
        return False
    return True


@transaction.atomic
def _hasten(ask: Ask) -> bool:
    """Make the row that waits due at the earlier moment; False where a worker has taken it meanwhile.

    It stays locked until the caller's transaction ends, so that no worker takes it before.
    """
    row = of(ask.kind, ask.key).filter(status="todo").select_for_update(of=("self",)).first()
    if row is None:
        return False
    if row.scheduled_at is not None and (ask.due_at is None or ask.due_at < row.scheduled_at):
        ProcrastinateJob.objects.filter(id=row.id).update(scheduled_at=ask.due_at)
    return True


def live() -> QuerySet[ProcrastinateJob]:
    """The rows of jobs that wait or run."""
    return ProcrastinateJob.objects.filter(task_name=TASK, status__in=("todo", "doing"))


def of(kind: str, key: str) -> QuerySet[ProcrastinateJob]:
    """The rows of one job: one that runs, one that waits, or both."""
    return live().filter(queueing_lock=_lock(kind, key))


def drop(kind: str, key: str) -> None:
    """Take back the row that waits."""
    _delete(of(kind, key).filter(status="todo"))


def _lock(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def _delete(rows: QuerySet[ProcrastinateJob]) -> None:
    """Delete rows alone: the database itself deletes what hangs on them, which Django does not know."""
    rows._raw_delete(rows.db)


def pending(kind: str) -> list[Pending]:
    """The jobs that are not done, in the order in which they are taken."""
    rows = live().annotate(asked_at=Min("procrastinateevent__at")).order_by("-priority", "id")
    return [_pending(row, row.asked_at) for row in (rows.filter(args__kind=kind) if kind else rows)]


def _pending(row: ProcrastinateJob, asked_at: datetime) -> Pending:
    is_running = row.status == "doing"
    return Pending(
        kind=row.args["kind"],
        key=row.args["key"],
        queue=row.queue_name,
        priority=row.priority,
        state="running" if is_running else "waiting",
        attempts=row.args["attempt"] - 1 + row.attempts + is_running,
        asked_at=asked_at,
        due_at=row.scheduled_at,
    )


def census() -> list[Census]:
    """The jobs that are not done, counted by kind."""
    is_due = Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=Now())
    waits = Q(status="todo", procrastinateevent__type="deferred")
    rows = live().annotate(kind=KeyTextTransform("kind", "args")).values("kind")
    found = rows.annotate(
        waiting=Count("id", distinct=True, filter=Q(status="todo")),
        running=Count("id", distinct=True, filter=Q(status="doing")),
        oldest_at=Min(Greatest("scheduled_at", "procrastinateevent__at"), filter=is_due & waits),
    )
    return [Census(**row) for row in found.order_by("kind")]


def signs() -> list[Sign]:
    """The signs of life of every job under way, and of those whose end could not be written down."""
    rows = ProcrastinateJob.objects.filter(task_name=TASK, status__in=("doing", "failed"))
    return list(rows.values_list("id", "worker_id", "worker__last_heartbeat"))


def free(sign: Sign) -> bool:
    """Put back a job that still shows just this sign; its attempt counts."""
    row, worker, beat = sign
    shown = ProcrastinateJob.objects.filter(id=row, worker_id=worker, status__in=("doing", "failed"))
    if beat is not None:
        shown = shown.filter(worker__last_heartbeat=beat)
    with transaction.atomic():
        if shown.select_for_update(of=("self",), skip_locked=True).first() is None:
            return False
        try:
            with transaction.atomic():
                _asking.job_manager.retry_job_by_id(row, retry_at=clock.now())
                ProcrastinateJob.objects.filter(id=row).update(scheduled_at=None)
        except UniqueViolation:
            _delete(ProcrastinateJob.objects.filter(id=row))
    return True
