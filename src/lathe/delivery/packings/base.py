"""What a way of packing many files into one answers for: every byte that is not a file's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

EARLIEST = date(1980, 1, 1)
"""The first day a ZIP can name."""


@dataclass(frozen=True)
class Entry:
    """A file to be packed. `most_bytes` bounds its size, and is the same before and after the size is known."""

    path: str
    day: date
    most_bytes: int

    @property
    def moment(self) -> datetime:
        """A fixed time, midday of its day, so that the same music makes the same archive."""
        day = max(self.day, EARLIEST)
        return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sums:
    """What is known of a file that is finished. `sha256` in hexadecimal."""

    size: int
    crc32: int
    sha256: str


class Packing(Protocol):
    """Writes an archive as it is sent: bytes before each file, bytes after it, bytes at the end.

    How many bytes that are follows from paths and sizes alone.
    """

    name: str
    suffix: str
    media_type: str
    needs_sizes: bool
    """Whether a file's size stands before it."""
    needs_sums: bool
    """Whether a file's CRC stands anywhere."""

    def before(self, entry: Entry, size: int | None) -> bytes:
        """What stands before a file; `size` may be None unless `needs_sizes`."""
        ...

    def after(self, entry: Entry, sums: Sums) -> bytes:
        """What stands behind a file."""
        ...

    def end(self, packed: Sequence[tuple[Entry, Sums]]) -> bytes:
        """What stands at the end of the archive."""
        ...
