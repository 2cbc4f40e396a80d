"""The words that the port and its engines share: what is asked for, what is pending, what a worker holds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Ask:
    """A job asked for. `due_at` None is at once; `attempt` counts from 1, and is more where it failed before."""

    kind: str
    key: str
    queue: str
    priority: int = 0
    due_at: datetime | None = None
    attempt: int = 1


@dataclass(frozen=True)
class Pending:
    """A job that is not done: asked for first at `asked_at`, begun `attempts` times."""

    kind: str
    key: str
    queue: str
    priority: int
    state: Literal["waiting", "running"]
    attempts: int
    asked_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Census:
    """The jobs of a kind: how many wait, and run, and since when the one that has been due longest waits."""

    kind: str
    waiting: int
    running: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Ticket:
    """One job in a worker's hands, for the n-th time (n ≥ 1)."""

    kind: str
    key: str
    attempt: int


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: done, to be tried again at `again_at`, or dead. `error` is empty where it is done."""

    state: Literal["done", "again", "dead"]
    duration_ms: int
    error: str = ""
    again_at: datetime | None = None


@dataclass(frozen=True)
class Notices:
    """Who is told when a job begins and ends in this process; nobody by default."""

    begun: Callable[[Ticket], None] = lambda ticket: None
    ended: Callable[[Ticket], None] = lambda ticket: None


@dataclass(frozen=True)
class Shift:
    """How a worker works: until `stop` is set, on these queues (all where empty), so many jobs at once.

    After that, what runs has `grace_s` to end; the rest is given back. `tick` is called about once a second.
    """

    stop: threading.Event
    queues: Collection[str] = ()
    slots: int = 1
    grace_s: float = 25.0
    tick: Callable[[], None] = lambda: None
    notices: Notices = field(default_factory=Notices)
