"""How much of a file is read at a time: more for who takes it quickly, little for the many who are slow.

A large piece costs fewer turns of the event loop and its threads. A slow client has two pieces of its file in memory,
one that its connection is at and the next.
"""

from __future__ import annotations

import time

LEAST_BYTES, MOST_BYTES = 64 * 1024, 1024 * 1024
QUICK_S, IN_A_ROW = 0.1, 4
"""Within this much time a piece is sent, or its client is slow."""


class Pace:
    """The pace of one client: `bytes` to read next. It doubles with every IN_A_ROW pieces taken quickly, so that what
    the system's own buffers swallow at the beginning makes no client a quick one."""

    def __init__(self) -> None:
        self.bytes = LEAST_BYTES
        self._quick, self._sent_at = 0, time.monotonic()

    def sends(self) -> None:
        """Note that a piece is handed over now."""
        self._sent_at = time.monotonic()

    def sent(self) -> None:
        """Note that it was taken."""
        if time.monotonic() - self._sent_at > QUICK_S:
            self.bytes, self._quick = LEAST_BYTES, 0
            return
        self._quick += 1
        if self._quick == IN_A_ROW:
            self.bytes, self._quick = min(MOST_BYTES, self.bytes * 2), 0
