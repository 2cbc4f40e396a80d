"""Finished files, read piece by piece: their body lies in the store, their ends are made when they are due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lathe.audio import heads
from lathe.audio.codecs.base import Unchanged
from lathe.audio.formats import Format
from lathe.audio.heads import BodyFacts
from lathe.delivery import rules
from lathe.delivery.cutting import Stored
from lathe.objects import stores


class Plan(Protocol):
    """What a file is made from but its body."""

    @property
    def fmt(self) -> Format: ...
    def head(self, facts: BodyFacts | None) -> bytes: ...
    def tail(self) -> bytes: ...
    def tail_later(self) -> Callable[[], bytes]: ...


@dataclass
class Lying:
    """Bytes of a finished file: some at hand, then [start, stop) of a file on this node's disk, then a few that are
    made when they are due, for they carry the cover."""

    path: Path
    start: int
    stop: int
    before: bytes
    after: Callable[[], bytes]

    def take_before(self) -> bytes:
        """The first bytes, which are not kept any longer."""
        taken, self.before = self.before, b""
        return taken


def lying(plan: Plan, body: Stored, start: int, stop: int | None) -> Lying | None:
    """Where bytes [start, stop) of a finished file lie; None where they have to be read: the store is elsewhere, or the
    head changes the body. Raises ObjectMissing, StoreUnavailable."""
    head, size_bytes = plan.head(body.facts), body.facts.size_bytes
    path = stores.renditions().local_path(rules.object_key(body.key))
    if path is None or not isinstance(heads.stitcher(plan.fmt, head), Unchanged):
        return None
    end = len(head) + size_bytes
    low, high = (min(max(0, place - len(head)), size_bytes) for place in (start, end if stop is None else stop))
    tail, first, last = plan.tail_later(), max(0, start - end), None if stop is None else max(0, stop - end)
    return Lying(path, low, high, head[start:stop], lambda: tail()[first:last])


class Reader:
    """Reads ranges of a stored body; who looks for the end of a page may ask past the body's."""

    def __init__(self, body: Stored) -> None:
        self._key, self._size_bytes = rules.object_key(body.key), body.facts.size_bytes

    def __call__(self, start: int, stop: int) -> bytes:
        return stores.renditions().read_range(self._key, start, min(stop, self._size_bytes))


class Finished:
    """A finished file that is read piece by piece. Its ends carry the cover, so they are not held for as long as it is
    read, but made when they are due; only where the head changes the body, it is kept."""

    def __init__(self, plan: Plan, body: Stored) -> None:
        self._plan, self._facts, self._reader = plan, body.facts, Reader(body)
        head = plan.head(body.facts)
        self._body_start, self._body_end = len(head), len(head) + body.facts.size_bytes
        self.size = self._body_end + len(plan.tail())
        self._kept = b"" if isinstance(heads.stitcher(plan.fmt, head), Unchanged) else head

    def piece(self, start: int, stop: int) -> bytes:
        """Bytes [start, stop), or fewer where a part of the file ends."""
        if start < self._body_start:
            return self._plan.head(self._facts)[start:stop]
        if start >= self._body_end:
            return self._plan.tail()[start - self._body_end : stop - self._body_end]
        first, last = start - self._body_start, min(stop, self._body_end) - self._body_start
        return heads.stitched_range(self._plan.fmt, self._kept, self._reader, first, last)
