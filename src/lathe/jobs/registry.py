"""The kinds of jobs there are. Rooms register theirs when Django starts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from lathe.jobs.errors import JobError
from lathe.jobs.rules import MAX_ATTEMPTS, MODEST, Bounds

DEFAULT, CUTTING = "default", "cutting"
"""Queues. What keeps every core busy goes to `cutting`, so that a letter does not wait behind it."""


@dataclass(frozen=True)
class Kind:
    """One kind of job: `work` takes the job's key and must be idempotent, for it may run twice.

    `pending` reads from the room's own tables the keys whose work is to be done by now; the sweep compares it with the
    queue. With `every` it is a round: it runs by the clock, with an empty key. Of two that are due the one with the
    higher `priority` goes first. `bounds` are kept as `lathe worker` and `bounds.py` say.
    """

    name: str
    work: Callable[[str], None]
    queue: str = DEFAULT
    priority: int = 0
    attempts: int = MAX_ATTEMPTS
    bounds: Bounds = MODEST
    pending: Callable[[], Iterable[str]] | None = None
    every: timedelta | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let a kind of job be asked for and done; a second one of that name is refused. Raises JobError."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise JobError(f"The kind of job {kind.name!r} is registered twice.")


def kinds() -> tuple[Kind, ...]:
    """Every kind there is."""
    return tuple(_kinds.values())


def queues() -> tuple[str, ...]:
    """Every queue that a kind of job goes to."""
    return tuple(sorted({kind.queue for kind in _kinds.values()}))


def kind_of(name: str) -> Kind:
    """A kind by its name. Raises JobError."""
    try:
        return _kinds[name]
    except KeyError:
        raise JobError(f"Nothing does jobs of the kind {name!r}; this version of the shop may be too old.") from None
