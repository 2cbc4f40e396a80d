"""The files in an archive: tracks that are cut as they are sent, bytes at hand, objects of a store, the checksums."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol

from lathe.audio import plan
from lathe.delivery import cutting, files, publisher, threads
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.errors import CutFailed
from lathe.delivery.files import CHUNK_BYTES, OpenFile
from lathe.delivery.models import MadeFile
from lathe.delivery.packings.base import Entry, Sums
from lathe.delivery.selections import PlannedFile
from lathe.objects.base import Store
from lathe.objects.errors import StoreError

_ROOM_FOR_TAGS = 32_000_000
_SHA256_DIGITS = 64


class Member(Protocol):
    """A file in an archive. `key` names its content for ever; `size` is None while it is not known."""

    @property
    def entry(self) -> Entry: ...
    @property
    def key(self) -> str: ...
    @property
    def size(self) -> int | None: ...
    @property
    def known(self) -> Sums | None:
        """Its checksums, where they are known without waiting."""
        ...

    async def open(self) -> None:
        """Begin what must be made before it can be sent."""
        ...

    def stream(self, start: int, stop: int | None) -> AsyncGenerator[bytes]:
        """Yield bytes [start, stop). Raises CutFailed."""
        ...

    async def sums(self) -> Sums:
        """Its checksums; waits until it is made. Raises CutFailed."""
        ...

    async def measure(self) -> int:
        """Its size; waits until it is known. Raises CutFailed."""
        ...

    def close(self) -> None:
        """Let go of what was begun."""
        ...


class Given:
    """Bytes at hand."""

    def __init__(self, entry: Entry, content: bytes) -> None:
        self.entry = entry
        self._content = content
        self.size = len(content)
        self.known = sums_of(content)
        self.key = self.known.sha256

    async def open(self) -> None:
        return

    async def stream(self, start: int, stop: int | None) -> AsyncGenerator[bytes]:
        yield self._content[start:stop]

    async def sums(self) -> Sums:
        return self.known

    async def measure(self) -> int:
        return self.size

    def close(self) -> None:
        return


class Kept:
    """An object of a store that is named by its SHA-256; read no further than it is sent."""

    def __init__(self, entry: Entry, store: Store, sha256: str) -> None:
        self.entry = entry
        self.key = sha256
        self.size = entry.most_bytes
        self.known: Sums | None = None
        self._store = store

    async def open(self) -> None:
        return

    async def stream(self, start: int, stop: int | None) -> AsyncGenerator[bytes]:
        end = self.size if stop is None else min(stop, self.size)
        for place in range(start, end, CHUNK_BYTES):
            until = min(end, place + CHUNK_BYTES)
            try:
                yield await asyncio.to_thread(self._store.read_range, self.key, place, until)
            except StoreError as broken:
                raise cutting.store_failed(self.entry.path, broken) from broken

    async def sums(self) -> Sums:
        if self.known is None:
            tally = _Tally()
            async for chunk in self.stream(0, None):
                tally.count(chunk)
            self.known = tally.sums()
        return self.known

    async def measure(self) -> int:
        return self.size

    def close(self) -> None:
        return


class Cutting:
    """A track, opened when it is wanted, and seen to its end even if the buyer hangs up."""

    def __init__(self, planned: PlannedFile) -> None:
        self._plan: Blueprint = planned.blueprint
        most = plan.body_size(self._plan.fmt, self._plan.source).ceiling_bytes + _ROOM_FOR_TAGS
        self.entry = Entry(planned.path, planned.piece.release.released_on, most)
        self.key = self._plan.key
        self.size = planned.size
        self.known = _sums(planned.made) if planned.made else None
        self._file: OpenFile | None = None

    async def open(self) -> None:
        await self._opened()

    async def stream(self, start: int, stop: int | None) -> AsyncGenerator[bytes]:
        file = await self._wanted()
        is_whole = start == 0 and stop in (None, self.size)
        tally = _Tally() if is_whole and self.known is None else None
        async with aclosing(file.stream() if is_whole else file.stream(start, stop)) as chunks:
            async for chunk in chunks:
                if tally:
                    tally.count(chunk)
                yield chunk
        if tally:
            self.known = tally.sums()
            self.size = self.known.size

    async def sums(self) -> Sums:
        if self.known is None:
            file = await self._wanted()
            self.known = _sums(await file.sums())
        return self.known

    async def measure(self) -> int:
        if self.size is None:
            file = await self._wanted()
            await file.finish()
            self.size = file.size
        if self.size is None:
            raise CutFailed(f"The size of {self._plan.name} could not be worked out.")
        return self.size

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    async def _wanted(self) -> OpenFile:
        """The file, which somebody waits for now."""
        file = await self._opened()
        cutting.urge(self._plan.body_key)
        return file

    async def _opened(self) -> OpenFile:
        if self._file is None:
            self._file = await threads.run(_open, self._plan)
        return self._file


class Checksums:
    """SHA256SUMS of the other members, as `sha256sum --check` reads it beside them. Its size follows from their names.

    Made of what is known; what is not is waited for, and cut if need be.
    """

    known = None

    def __init__(self, folder: str, others: Sequence[Member]) -> None:
        self._others = others
        self._names = [str(PurePosixPath(one.entry.path).relative_to(folder)) for one in others]
        self.size = sum(_SHA256_DIGITS + 2 + len(name.encode()) + 1 for name in self._names)
        path = str(PurePosixPath(folder, "SHA256SUMS"))
        self.entry = Entry(path, max(one.entry.day for one in others), self.size)
        self.key = "SHA256SUMS"

    async def open(self) -> None:
        return

    async def stream(self, start: int, stop: int | None) -> AsyncGenerator[bytes]:
        yield (await self._content())[start:stop]

    async def sums(self) -> Sums:
        return sums_of(await self._content())

    async def measure(self) -> int:
        return self.size

    def close(self) -> None:
        return

    async def _content(self) -> bytes:
        await learn(self._others)
        sums = [await one.sums() for one in self._others]
        return "".join(f"{one.sha256}  {name}\n" for one, name in zip(sums, self._names, strict=True)).encode()


@dataclass
class _Tally:
    """Counts a file as it passes."""

    size: int = 0
    crc32: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def count(self, chunk: bytes) -> None:
        self.size, self.crc32 = self.size + len(chunk), zlib.crc32(chunk, self.crc32)
        self.digest.update(chunk)

    def sums(self) -> Sums:
        return Sums(self.size, self.crc32, self.digest.hexdigest())


AHEAD = 4
"""How many members are begun at a time: cut side by side, and never a whole library at once."""


async def in_turn(members: Sequence[Member]) -> AsyncGenerator[Member]:
    """Give members one after another, the next few begun already; each is let go of before the next."""
    for place, member in enumerate(members):
        for near in members[place : place + AHEAD]:
            await near.open()
        yield member
        member.close()


async def learn(members: Sequence[Member]) -> None:
    """Wait for the checksums of all members, whichever are not known yet. Raises CutFailed."""
    async with aclosing(in_turn([one for one in members if one.known is None])) as unknown:
        async for member in unknown:
            await member.sums()


def sums_of(content: bytes) -> Sums:
    """The checksums of bytes at hand."""
    return Sums(len(content), zlib.crc32(content), hashlib.sha256(content).hexdigest())


def _sums(made: MadeFile) -> Sums:
    return Sums(made.size_bytes, made.crc32, made.sha256)


def _open(blueprint: Blueprint) -> OpenFile:
    file = files.open_file(blueprint, priority=cutting.NEXT, at_once=False)
    if not file.is_made:
        publisher.follow(blueprint, file.body)
    return file
