"""Reads of what became of jobs. What waits is the engine's to tell: `engines.current()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from lathe.basics import clock
from lathe.jobs import engines
from lathe.jobs.models import Round, Tally, Trouble


@dataclass(frozen=True)
class Durations:
    """How long the attempts of a kind that ended so took: their sum, and their number by class.

    A class is named by its upper bound in milliseconds; 0 holds what took longer than every bound.
    """

    kind: str
    outcome: str
    total_ms: int
    counts: dict[int, int]


@dataclass(frozen=True)
class Standing:
    """How work stands that is not done: waiting with the last error, if any, or dead since `dead_at`."""

    dead_at: datetime | None
    last_error: str


def dead() -> QuerySet[Trouble]:
    """The jobs that failed at their last attempt, the latest first."""
    return Trouble.objects.filter(dead_at__isnull=False).order_by("-dead_at", "-id")


def dead_by_kind() -> dict[str, int]:
    """How many jobs of each kind were given up; only of kinds where some were."""
    counted = dead().order_by("kind").values("kind").annotate(count=Count("id"))
    return {row["kind"]: row["count"] for row in counted}


def durations() -> list[Durations]:
    """How long attempts took, since the shop was opened."""
    found: dict[tuple[str, str], Durations] = {}
    for row in Tally.objects.order_by("kind", "outcome", "class_ms"):
        so_far = found.get((row.kind, row.outcome), Durations(row.kind, row.outcome, 0, {}))
        found[row.kind, row.outcome] = Durations(
            row.kind, row.outcome, so_far.total_ms + row.total_ms, so_far.counts | {row.class_ms: row.count}
        )
    return list(found.values())


def trouble(kind: str, key: str) -> Trouble | None:
    """How this job failed last; None for one that never did, or that succeeded since."""
    return Trouble.objects.filter(kind=kind, key=key).first()


def unfinished(*, kind: str, key: str) -> Standing | None:
    """How the work stands that a job is to do and has not done; None when it is done."""
    failed = trouble(kind, key)
    if failed is not None and failed.dead_at is not None:
        return Standing(failed.dead_at, failed.last_error)
    if engines.current().holds(kind, key):
        return Standing(None, failed.last_error if failed else "")
    return None


def longest_wait() -> timedelta:
    """How long the job has waited that has been due longest; nothing where none is due."""
    since = [item.oldest_at for item in engines.current().census() if item.oldest_at]
    return max(clock.now() - min(since), timedelta()) if since else timedelta()


def last_sign() -> datetime | None:
    """When a worker last asked for a round, which one does every few minutes; None where none ever did."""
    return Round.objects.order_by("-last_at").values_list("last_at", flat=True).first()
