"""What is kept of attempts that are over: the last error until it is mended, and counts for the metrics."""

from __future__ import annotations

from django.db.models import F

from lathe.basics import clock
from lathe.jobs import rules
from lathe.jobs.models import Tally, Trouble
from lathe.jobs.terms import Outcome, Ticket


def note(ticket: Ticket, outcome: Outcome) -> None:
    """Keep how an attempt ended, in the caller's transaction: together with the job's own fate."""
    if outcome.state == "done":
        Trouble.objects.filter(kind=ticket.kind, key=ticket.key).delete()
    else:
        _trouble(ticket, outcome.error, is_dead=outcome.state == "dead")
    _count(ticket.kind, outcome)


def note_killed(ticket: Ticket, why: str) -> None:
    """Keep why a worker was killed over a job; the engine counts the attempt when it finds the worker gone."""
    _trouble(ticket, why, is_dead=False)


def last_error(kind: str, key: str) -> str:
    """The error of a job's last failure; empty where there was none, or it succeeded since."""
    return Trouble.objects.filter(kind=kind, key=key).values_list("last_error", flat=True).first() or ""


def revive(kind: str, key: str) -> None:
    """Let work that was given up count as alive, for it is asked for again."""
    Trouble.objects.filter(kind=kind, key=key, dead_at__isnull=False).update(dead_at=None)


def _trouble(ticket: Ticket, error: str, *, is_dead: bool) -> None:
    now = clock.now()
    found = {
        "attempts": ticket.attempt,
        "failed_at": now,
        "dead_at": now if is_dead else None,
        "last_error": error.replace("\0", "")[:500],
    }
    Trouble.objects.update_or_create(kind=ticket.kind, key=ticket.key, defaults=found)


def _count(kind: str, outcome: Outcome) -> None:
    named = {"kind": kind, "outcome": outcome.state, "class_ms": rules.bucket_ms(outcome.duration_ms) or 0}
    more = {"count": F("count") + 1, "total_ms": F("total_ms") + outcome.duration_ms}
    if not Tally.objects.filter(**named).update(**more):
        Tally.objects.bulk_create([Tally(**named)], ignore_conflicts=True)
        Tally.objects.filter(**named).update(**more)
