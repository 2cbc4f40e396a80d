"""A growing output: one encode that many readers follow, from event loops and from plain threads alike."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Literal

from lathe.audio.errors import EncodeError
from lathe.audio.explain import Explain
from lathe.audio.facts import BodyFacts

State = Literal["waiting", "cutting", "done", "failed", "cancelled"]
FOLLOW_BYTES = 262_144


class Cut:
    """One encode under a key. Made by `EncoderPool.cut`; every method may be called from any thread.

    `hold` and `release` count those who want it (`with cut:` does both). When the last of them releases a cut that is
    not finished and not `keep`, its encode is cancelled and its file removed. A finished file stays until `discard`.
    `explain` tells of a finished one how it was made.
    """

    def __init__(
        self,
        key: str,
        total_samples: int,
        on_idle: Callable[[Cut], None],
        on_discard: Callable[[Cut], None],
    ) -> None:
        self.key = key
        self.keep = False
        self.state: State = "waiting"
        self.written_bytes = 0
        self.done_samples = 0
        self.total_samples = total_samples
        self.facts: BodyFacts | None = None
        self.explain: Explain | None = None
        self.error: EncodeError | None = None
        self._file: tuple[Path, IO[bytes]] | None = None
        self._holders = 0
        self._on_idle, self._on_discard = on_idle, on_discard
        self._changed = threading.Condition(threading.RLock())
        self._waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    @property
    def progress(self) -> float:
        """Share of the master that is encoded, 0 to 1."""
        return 1.0 if self.state == "done" else min(1.0, self.done_samples / max(1, self.total_samples))

    @property
    def finished(self) -> bool:
        """Whether the cut has come to its end, good or bad."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def path(self) -> Path:
        """The spool file. Raises EncodeError before the encode has started and after the file was removed."""
        with self._changed:
            if self._file is None:
                raise EncodeError(f"The cut {self.key} has no file: it is {self.state}.")
            return self._file[0]

    async def read(self, start: int, size: int) -> bytes:
        """Return up to `size` bytes from `start` on, at least one; waits until they exist. b"" only at the true end.

        Raises EncodeError where the encode broke, also when bytes before the break exist: a body is whole or it is
        nothing.
        """
        while (data := self._ready(start, size)) is None:
            await self._change(start)
        return data

    async def follow(self, start: int = 0) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` to the end as they come, holding the cut meanwhile.

        Raises EncodeError as `read` does.
        """
        with self:
            while data := await self.read(start, FOLLOW_BYTES):
                start += len(data)
                yield data

    async def wait(self) -> BodyFacts:
        """Wait for the end, holding the cut meanwhile; return the facts. Raises EncodeError."""
        with self:
            while not self.finished:
                await self._change(None)
            return self._outcome()

    def wait_blocking(self, timeout: float | None = None) -> BodyFacts:
        """Wait for the end from a plain thread, `timeout` seconds at most; return the facts.

        Raises EncodeError, TimeoutError.
        """
        with self, self._changed:
            if not self._changed.wait_for(lambda: self.finished, timeout):
                raise TimeoutError(f"The cut {self.key} was not finished after {timeout} s.")
            return self._outcome()

    def read_blocking(self, start: int, size: int, timeout: float | None = None) -> bytes:
        """Do as `read` from a plain thread. Raises TimeoutError where no byte came in `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_ready(start), timeout):
                raise TimeoutError(f"The cut {self.key} gave no byte at {start} within {timeout} s.")
            return self._ready(start, size) or b""

    def hold(self) -> None:
        """Say that the cut is wanted."""
        with self._changed:
            self._holders += 1

    def release(self) -> None:
        """Say that it is no longer wanted; the last to do so cancels an unfinished cut that is not `keep`."""
        with self._changed:
            self._holders = max(0, self._holders - 1)
            idle = self._holders == 0
        if idle:
            self._on_idle(self)

    def discard(self) -> None:
        """Give up the key, and remove the file of a finished cut once nobody holds it; an unfinished one is
        cancelled.
        """
        self._on_discard(self)

    def __enter__(self) -> Cut:
        self.hold()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    @property
    def held(self) -> bool:
        """Whether anybody wants the cut."""
        return self._holders > 0

    def started(self, path: Path, file: IO[bytes]) -> None:
        """Take the file in which the body will grow. For the pool."""
        with self._changed:
            self._file, self.state = (path, file), "cutting"
            self._tell()

    def put_back(self) -> None:
        """Wait again: nothing was made of it, and its file goes. For the pool."""
        with self._changed:
            self.remove_file()
            self.state = "waiting"
            self._tell()

    def grew(self, written_bytes: int, done_samples: int) -> None:
        """Take how far the encode is. For the pool."""
        with self._changed:
            self.written_bytes, self.done_samples = written_bytes, done_samples
            self._tell()

    def ended(self, state: State, facts: BodyFacts | None = None, error: EncodeError | None = None) -> None:
        """Take the outcome; the file of a cut that is not done is removed. For the pool."""
        with self._changed:
            if self.finished:
                return
            self.state, self.facts, self.error = state, facts, error
            if facts:
                self.written_bytes, self.done_samples = facts.size_bytes, self.total_samples
            else:
                self.remove_file()
            self._tell()

    def remove_file(self) -> None:
        """Remove the spool file. For the pool."""
        with self._changed:
            if self._file:
                path, file = self._file
                self._file = None
                file.close()
                path.unlink(missing_ok=True)

    def _outcome(self) -> BodyFacts:
        if self.facts is None:
            raise self.error or EncodeError(f"The encode of {self.key} was cancelled.")
        return self.facts

    def _is_ready(self, start: int) -> bool:
        return self.finished or self.written_bytes > start

    def _ready(self, start: int, size: int) -> bytes | None:
        """Return what can be read at once, or None where it is time to wait."""
        if start < 0 or size < 1:
            raise ValueError(f"One byte at least is read, from 0 on; not {size} bytes from {start}.")
        with self._changed:
            if self.state in ("failed", "cancelled"):
                self._outcome()
            if not self._is_ready(start):
                return None
            if self._file is None:
                raise EncodeError(f"The file of the cut {self.key} was discarded; cut it again.")
            return os.pread(self._file[1].fileno(), max(0, min(size, self.written_bytes - start)), start)

    async def _change(self, start: int | None) -> None:
        """Wait for the next change, unless it has come already."""
        loop = asyncio.get_running_loop()
        change: asyncio.Future[None] = loop.create_future()
        with self._changed:
            if self.finished or (start is not None and self._is_ready(start)):
                return
            self._waiters.append((loop, change))
        await change

    def _tell(self) -> None:
        """Wake everybody who waits."""
        self._changed.notify_all()
        waiters, self._waiters = self._waiters, []
        for loop, change in waiters:
            try:
                loop.call_soon_threadsafe(_settle, change)
            except RuntimeError:
                continue  # that loop has been closed, and its readers with it


def _settle(change: asyncio.Future[None]) -> None:
    if not change.done():
        change.set_result(None)
