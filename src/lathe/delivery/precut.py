"""Cutting while nobody waits: from jobs, at the lowest priority."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lathe.audio.errors import EncodeError
from lathe.audio.formats import Format
from lathe.catalogue.models import Master
from lathe.delivery import cutting, files, storing
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.cutting import Growing
from lathe.delivery.errors import CutFailed
from lathe.objects.errors import StoreError

TIMEOUT_S = 3600.0
TOGETHER = 8
"""How many files are published at a time, so that no more bodies than that lie in the spool."""


@dataclass(frozen=True)
class Want:
    """A body wanted: a master and a conformed format."""

    master: Master
    fmt: Format


def make(wants: Sequence[Want]) -> None:
    """Make every body and store it; those that lie in the store cost nothing. Raises CutFailed, to be tried again."""
    bodies = [cutting.obtain(want.master, want.fmt, priority=cutting.NOBODY_WAITS) for want in wants]
    growing = [body for body in bodies if isinstance(body, Growing)]
    try:
        for body in growing:
            body.cut.wait_blocking(TIMEOUT_S)
            storing.publish(body)
    except (EncodeError, StoreError, TimeoutError) as broken:
        raise CutFailed(f"A cut failed and nothing was kept: {broken}") from broken
    finally:
        for body in growing:
            body.cut.release()


def publish(plans: Sequence[Blueprint], advance: Callable[[], None]) -> None:
    """Make whole files and publish their checksums; those that are made cost nothing. Raises CutFailed.

    `advance` is called once a file.
    """
    for begin in range(0, len(plans), TOGETHER):
        group = plans[begin : begin + TOGETHER]
        make([Want(plan.track.master, plan.fmt) for plan in group])
        for plan in group:
            body = cutting.find(plan.body_key)
            if body is None:
                raise CutFailed(
                    f"{plan.name} was made, and is gone from the cache. Make the cache larger, or try again."
                )
            files.record(plan, body)
            advance()
