"""Lets the engine of the shop do its work: for a moment, or for as long as the process lives."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection

from django.db import connection

from lathe.jobs import actions, bounds, engines, reconcile, rounds
from lathe.jobs.terms import Notices, Shift

ROUNDS_EVERY_S = 10.0
_REST_S = 1.0

log = logging.getLogger("lathe.jobs")


def run_due() -> int:
    """Run what is due, here and now, until nothing is; returns how many jobs ran, failed ones included."""
    return engines.current().drain()


def work_until(
    stop: threading.Event,
    *,
    queues: Collection[str] = (),
    slots: int = 1,
    grace_s: float = 25.0,
    notices: Notices | None = None,
) -> None:
    """Be a worker until `stop` is set, whatever befalls the database; it begins, and begins anew, with the sweep."""
    shift = Shift(stop, queues, slots, grace_s, _Ticker(), notices or Notices())
    while not stop.is_set():
        try:
            _ask_for_the_sweep()
            engines.current().work(shift)
        except Exception:
            log.exception("The jobs could not be worked at; trying again")
            stop.wait(_REST_S)


def _ask_for_the_sweep() -> None:
    try:
        actions.enqueue(kind=reconcile.SWEEP, key="")
    finally:
        connection.close()


class _Ticker:
    """What every worker does once a second: end what overstays, and now and then look which rounds are due."""

    def __init__(self) -> None:
        self._looked_at_s = float("-inf")

    def __call__(self) -> None:
        late = bounds.interrupt_overdue()
        if late:
            log.error("%d jobs took longer than they may and are told to stop", late)
        if time.monotonic() - self._looked_at_s >= ROUNDS_EVERY_S:
            self._looked_at_s = time.monotonic()
            rounds.ask_due()
