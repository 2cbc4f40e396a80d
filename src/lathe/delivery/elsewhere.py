"""A body that another process or node is at: waited for in the store, and made here where that one gives up. Or one
whose master has to be fetched, which is put off until the body is wanted.

It answers like a cut, so that whoever reads a growing body need not know who makes it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from lathe.audio.cut import FOLLOW_BYTES
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BodyFacts
from lathe.audio.pool import Cut
from lathe.objects.base import Store

LOOK_EVERY_S = 0.5

Look = Callable[[], "BodyFacts | Cut | None"]
"""Reads the database: the facts once the body is stored; a cut, held for the caller, where it is up to us now; else
None. Holds no connection afterwards."""


class Elsewhere:
    """The cut of another. Whoever got it holds it once, as a cut of the pool is got held."""

    def __init__(self, key: str, object_key: str, store: Store, look: Look) -> None:
        self.key = key
        self._object_key, self._store, self._look = object_key, store, look
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self._holders = 1
        self._stored: BodyFacts | None = None
        self._ours: Cut | None = None

    @property
    def facts(self) -> BodyFacts | None:
        return self._ours.facts if self._ours else self._stored

    @property
    def progress(self) -> float:
        """How far we are; how far the other is, nobody tells."""
        return self._ours.progress if self._ours else float(self._stored is not None)

    @property
    def path(self) -> Path:
        """Our own spool file. Raises EncodeError where the body was made elsewhere."""
        if self._ours is None:
            raise EncodeError(f"The cut {self.key} was made elsewhere and has gone again. Ask for it again.")
        return self._ours.path

    async def wait(self) -> BodyFacts:
        """Wait until the body lies in the store, or is made here. Raises EncodeError, StoreUnavailable."""
        await self._settle()
        return await self._ours.wait() if self._ours else self._known()

    def wait_blocking(self, timeout: float | None = None) -> BodyFacts:
        """Do as `wait` from a plain thread. Raises TimeoutError too."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._is_settled():
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"The cut {self.key} was not finished elsewhere after {timeout} s.")
            time.sleep(LOOK_EVERY_S)
        return self._ours.wait_blocking(end and end - time.monotonic()) if self._ours else self._known()

    async def read(self, start: int, size: int) -> bytes:
        """Return up to `size` bytes from `start` on as a cut does; b"" at the end."""
        await self._settle()
        if self._ours:
            return await self._ours.read(start, size)
        stop = min(start + size, self._known().size_bytes)
        if start >= stop:
            return b""
        return await asyncio.to_thread(self._store.read_range, self._object_key, start, stop)

    async def follow(self, start: int = 0) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` to the end as they come, holding the cut meanwhile."""
        self.hold()
        try:
            while data := await self.read(start, FOLLOW_BYTES):
                start += len(data)
                yield data
        finally:
            self.release()

    def hold(self) -> None:
        """Say that the cut is wanted."""
        with self._lock:
            self._holders += 1

    def release(self) -> None:
        """Say that it is no longer wanted; the last to do so gives up a cut begun here."""
        with self._lock:
            self._holders = max(0, self._holders - 1)
            idle = self._ours if self._holders == 0 else None
        if idle:
            idle.release()

    def discard(self) -> None:
        """Give up the cut begun here."""
        if self._ours:
            self._ours.discard()

    async def _settle(self) -> None:
        """Wait until it is known who makes the body."""
        while True:
            if await asyncio.to_thread(self._is_settled):
                return
            await asyncio.sleep(LOOK_EVERY_S)

    def _is_settled(self) -> bool:
        """Look once, unless it is known who makes the body; one of several waiters at a time, for it may take long.

        Raises EncodeError where nobody wants the body any more.
        """
        with self._looking:
            if self._stored is None and self._ours is None:
                if self._holders == 0:
                    raise EncodeError(f"The cut {self.key} was cancelled: nobody waited for it any more.")
                self._take(self._look())
            return self._stored is not None or self._ours is not None

    def _take(self, found: BodyFacts | Cut | None) -> None:
        with self._lock:
            if isinstance(found, Cut):
                self._ours = found
            else:
                self._stored = found
            is_late = self._ours is not None and self._holders == 0
        if is_late and self._ours:
            self._ours.release()

    def _known(self) -> BodyFacts:
        if self._stored is None:
            raise EncodeError(f"The cut {self.key} was not made elsewhere. Ask for it again.")
        return self._stored
