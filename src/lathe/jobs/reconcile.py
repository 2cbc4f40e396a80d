"""The sweep: what the domain's tables say is to be done, beside what the queue holds, and the difference mended."""

from __future__ import annotations

import logging
from datetime import timedelta

from lathe.basics import clock
from lathe.jobs import actions, engines, registry, rules
from lathe.jobs.models import Trouble
from lathe.jobs.registry import Kind

SWEEP = "jobs.sweep"
EVERY = timedelta(minutes=10)

log = logging.getLogger("lathe.jobs")


def run(key: str) -> None:
    """Do the job of the sweep; its key is empty."""
    sweep()


def sweep() -> int:
    """Ask for every job that should be pending and is not; returns how many. Not for what died within a day."""
    found = sum(_mend(kind) for kind in registry.kinds() if kind.pending is not None)
    if found:
        log.warning("The sweep found %d jobs that were lost, and asked for them again", found)
    return found


def _mend(kind: Kind) -> int:
    wanted = set(kind.pending() if kind.pending else ())
    if not wanted:
        return 0
    held = {job.key for job in engines.current().pending(kind.name)}
    missing = sorted(wanted - held - _given_up(kind))
    for key in missing:
        actions.enqueue(kind=kind.name, key=key)
    return len(missing)


def _given_up(kind: Kind) -> set[str]:
    dead = Trouble.objects.filter(kind=kind.name, dead_at__gt=clock.now() - rules.REVIVED_AFTER)
    return set(dead.values_list("key", flat=True))
