"""Time comes from a clock that is handed in, never from the machine by the back door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is set: for the demo's history and for tests."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Move to an aware moment; a naive one is refused (ValueError)."""
        if moment.tzinfo is None:
            raise ValueError(f"The clock needs a time zone; {moment.isoformat()} has none.")
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment


_clock: ContextVar[Clock | None] = ContextVar("lathe_clock", default=None)
_system = SystemClock()


def now() -> datetime:
    """The present by the clock in use: the machine's unless `use` says otherwise."""
    return (_clock.get() or _system).now()


def today() -> date:
    """The present day in UTC."""
    return now().date()


@contextmanager
def use(clock: Clock) -> Iterator[Clock]:
    """Let `now` read `clock` inside the block, in this thread or task alone."""
    token = _clock.set(clock)
    try:
        yield clock
    finally:
        _clock.reset(token)
