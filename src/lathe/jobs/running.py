"""One attempt at one job, the same for every engine."""

from __future__ import annotations

import logging
import time

from lathe.basics import clock
from lathe.jobs import bounds, records, registry, rules
from lathe.jobs.errors import JobError, Overstayed
from lathe.jobs.registry import Kind
from lathe.jobs.terms import Notices, Outcome, Ticket

log = logging.getLogger("lathe.jobs")


def perform(ticket: Ticket, notices: Notices) -> Outcome:
    """Do the job and say how it ended. Whatever it raises is logged, and becomes the outcome's error."""
    begun = time.monotonic()
    notices.begun(ticket)
    try:
        error = _attempt(ticket)
    finally:
        notices.ended(ticket)
    duration_ms = round((time.monotonic() - begun) * 1000)
    if not error:
        return Outcome("done", duration_ms)
    wait = rules.wait_after(ticket.attempt, _most_attempts(ticket))
    if wait is None:
        return Outcome("dead", duration_ms, error)
    return Outcome("again", duration_ms, error, clock.now() + wait)


def _attempt(ticket: Ticket) -> str:
    """Run the work; returns what went wrong, or nothing."""
    try:
        _do(ticket, registry.kind_of(ticket.kind))
    except Exception as failure:
        log.exception("Job %s %s failed (attempt %d)", ticket.kind, ticket.key, ticket.attempt)
        return f"{type(failure).__name__}: {failure}"
    return ""


def _do(ticket: Ticket, kind: Kind) -> None:
    if ticket.attempt > kind.attempts:
        raise JobError(records.last_error(ticket.kind, ticket.key) or "Its worker was killed at every attempt.")
    try:
        with bounds.kept(kind.bounds.seconds):
            kind.work(ticket.key)
    except Overstayed as late:
        raise Overstayed(f"It took longer than {kind.bounds.seconds:g} seconds and was stopped.") from late


def _most_attempts(ticket: Ticket) -> int:
    try:
        return registry.kind_of(ticket.kind).attempts
    except JobError:
        return rules.MAX_ATTEMPTS
