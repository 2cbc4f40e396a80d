"""When a failed job is tried again, when a round is due, and what a job may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=1)
SILENCE_S = 3.0
"""A worker that gave no sign for so long is taken for dead; it gives one a second."""
REVIVED_AFTER = timedelta(days=1)
"""Dead work that the domain still wants is tried again after so long, whatever killed it may be over."""
BUCKETS_MS = (100, 500, 1_000, 5_000, 30_000, 120_000, 600_000)
"""Upper bounds of the classes that durations are counted in, in milliseconds; what took longer counts beyond."""


@dataclass(frozen=True)
class Bounds:
    """What one job may take: time at work, and resident memory of the process that does it."""

    seconds: float = 600.0
    memory_bytes: int = 1_000_000_000


MODEST = Bounds()
"""What most jobs are content with."""


def wait_after(attempts: int, most: int = MAX_ATTEMPTS) -> timedelta | None:
    """How long to wait after the n-th failed attempt (n ≥ 1); None when it was the last.

    Doubles from 5 seconds up to an hour, so that twelve attempts span two and a half hours.
    """
    if attempts >= most:
        return None
    return min(timedelta(seconds=5 * 2 ** min(attempts - 1, 20)), LONGEST_WAIT)


def is_due(last_at: datetime | None, now: datetime, every: timedelta) -> bool:
    """Whether a round is due; also when the last one lies in the future, for then the clock has been set back."""
    return last_at is None or last_at > now or now - last_at >= every


def bucket_ms(duration_ms: int) -> int | None:
    """The class a duration counts in, by its upper bound; None beyond the last."""
    return next((bound for bound in BUCKETS_MS if duration_ms <= bound), None)
