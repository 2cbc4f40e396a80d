"""Leases on keys of bodies, so that two nodes seldom encode the same, and nobody removes what is being put.

A lease is a row that runs out by itself. It saves work and orders removals; it is not what keeps bodies right: where
two encode the same key all the same, the bytes are the same, and the store takes them once.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.models import Q

from lathe.basics import clock
from lathe.delivery.models import CutLease

LENGTH = timedelta(seconds=15)
"""How long a node that died keeps others waiting. A living one renews far more often."""
RENEW_EVERY_S = 4.0
PUBLISHING, REMOVING = 100, 1000
"""Priorities above every encode's. A more urgent encode takes a lease over, so that no buyer waits for a job."""
_PROCESS = uuid4().hex


def mine() -> str:
    """The name of this process as a holder, another one after a fork."""
    return f"{_PROCESS[:20]}-{os.getpid()}"


def take(key: str, priority: int) -> bool:
    """Take the lease of a key for this process, or lengthen it: where it is free, ours, or less urgent than this."""
    return _take(key, mine(), priority, LENGTH, _run_out() | Q(holder=mine()) | Q(priority__lt=priority))


def take_to_publish(key: str) -> bool:
    """Take the lease of a key for as long as a put may take; only a removal and another's put are waited for."""
    return _take(key, mine(), PUBLISHING, longest(), _run_out() | Q(holder=mine()) | Q(priority__lt=PUBLISHING))


def take_to_remove(key: str) -> str | None:
    """Take the lease of a key that nobody is at, for a removal; returns the name to drop it by, None where it is not
    to be had."""
    holder = f"remove-{uuid4().hex[:20]}"
    return holder if _take(key, holder, REMOVING, longest(), _run_out()) else None


def renew(keys: Collection[str]) -> None:
    """Lengthen the leases that this process holds."""
    held = CutLease.objects.filter(key__in=list(keys), holder=mine(), until__lt=clock.now() + LENGTH)
    held.update(until=clock.now() + LENGTH)


def drop(key: str, holder: str | None = None) -> None:
    """Give a lease back, this process's own unless another holder is named."""
    CutLease.objects.filter(key=key, holder=holder or mine()).delete()


def _take(key: str, holder: str, priority: int, length: timedelta, free: Q) -> bool:
    wanted = {"holder": holder, "priority": priority, "until": clock.now() + length}
    with _unsynced():
        _, is_new = CutLease.objects.get_or_create(key=key, defaults=wanted)
        return is_new or bool(CutLease.objects.filter(free, key=key).update(**wanted))


@contextmanager
def _unsynced() -> Iterator[None]:
    """Let SQLite not wait for the disk: a lease that is lost with the power was this machine's own, and a buyer waits
    for the first byte. What is written after it waits as ever."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=FULL")


def _run_out() -> Q:
    """Which leases bind nobody: those that ran out, and those that run for longer than any is taken for, which a node
    took whose clock was ahead. Were they waited for and that node died, a file could not be had for hours."""
    now = clock.now()
    return Q(until__lt=now) | Q(until__gt=now + longest())


def longest() -> timedelta:
    """The most that a lease is taken for: longer than any one request to the store goes on, with its second tries."""
    return timedelta(seconds=max(60, 3 * int(settings.LATHE_S3["timeout_s"])))
