"""Many files as one, packed while it is sent: a release, a purchase, or a whole library, with checksums at the end.

The members are cut side by side, a few ahead of the one that is being sent. Where every member's size is known, so is
the archive's, and it can be had in ranges: a range that reaches a member's CRC waits for that member, and one that
reaches the end waits for all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from lathe.delivery import enclosures, members, names
from lathe.delivery.members import AHEAD, Checksums, Cutting, Member
from lathe.delivery.packings.base import Packing, Sums
from lathe.delivery.selections import PlannedFile

_LAYOUT = 1
"""Counts up when the same members are laid out in another way, so that no range of an old one is joined to a new."""


@dataclass
class OpenArchive:
    """An archive on its way. `key` names its bytes for ever and is its ETag. Close it, whatever happens."""

    name: str
    packing: Packing
    members: Sequence[Member]

    @property
    def key(self) -> str:
        content = [[one.entry.path, one.entry.day.isoformat(), one.key] for one in self.members]
        return hashlib.sha256(json.dumps([self.packing.suffix, _LAYOUT, content]).encode()).hexdigest()

    @property
    def media_type(self) -> str:
        return self.packing.media_type

    @property
    def sha256(self) -> str:
        """Never known: an archive is put together while it is sent, and has checksums inside."""
        return ""

    @property
    def size(self) -> int | None:
        """The exact size where every member's is known, else None."""
        if any(one.size is None for one in self.members):
            return None
        return sum(section.size for section in self._sections())

    async def finish(self) -> None:
        """Wait until every member's size is known. Raises CutFailed."""
        async with aclosing(members.in_turn([one for one in self.members if one.size is None])) as unknown:
            async for one in unknown:
                await one.measure()

    async def stream(self, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes]:
        """Yield bytes [start, stop) of the archive; a part only where the size is known.

        Raises CutFailed in the middle where an encode breaks: the connection must then be cut, never ended politely.
        """
        is_whole = start == 0 and stop in (None, self.size)
        async with aclosing(self._whole() if is_whole else self._part(start, stop or self.size or 0)) as chunks:
            async for chunk in chunks:
                yield chunk

    def lying(self, start: int = 0, stop: int | None = None) -> None:
        """Nowhere: an archive is put together while it is sent."""

    def close(self) -> None:
        """Let go of every encode."""
        for member in self.members:
            member.close()

    async def _whole(self) -> AsyncGenerator[bytes]:
        async with aclosing(members.in_turn(self.members)) as inside:
            async for member in inside:
                if self.packing.needs_sizes:
                    await member.measure()
                yield await self._before(member)
                async with aclosing(member.stream(0, None)) as chunks:
                    async for chunk in chunks:
                        yield chunk
                yield await self._after(member)
        yield await self._end()

    async def _part(self, start: int, stop: int) -> AsyncGenerator[bytes]:
        wanted = list(_within(self._sections(), start, stop))
        near = [section.member for section, _, _ in wanted if section.member]
        for section, low, high in wanted:
            for one in near[:AHEAD] if section.member else ():
                await one.open()
            async with aclosing(section.read(low, high)) as chunks:
                async for chunk in chunks:
                    yield chunk
            if section.member:
                near.pop(0).close()

    def _sections(self) -> Iterator[_Section]:
        """The archive from end to end, every member's size being known; nothing is made by listing it."""
        blanks = [Sums(one.size or 0, 0, "") for one in self.members]
        for member, blank in zip(self.members, blanks, strict=True):
            before = len(self.packing.before(member.entry, member.size))
            yield _Section(before, _read_late(partial(self._before, member)))
            yield _Section(blank.size, member.stream, member)
            after = len(self.packing.after(member.entry, blank))
            yield _Section(after, _read_late(partial(self._after, member)))
        end = len(self.packing.end(list(zip([one.entry for one in self.members], blanks, strict=True))))
        yield _Section(end, _read_late(self._end))

    async def _before(self, member: Member) -> bytes:
        return self.packing.before(member.entry, member.size)

    async def _after(self, member: Member) -> bytes:
        return self.packing.after(member.entry, await self._sums(member))

    async def _end(self) -> bytes:
        if self.packing.needs_sums:
            await members.learn(self.members)
        return self.packing.end([(one.entry, await self._sums(one)) for one in self.members])

    async def _sums(self, member: Member) -> Sums:
        """What the packing writes of a member; nothing is waited for where that is its size alone."""
        return await member.sums() if self.packing.needs_sums else Sums(await member.measure(), 0, "")


Reader = Callable[[int, int], AsyncGenerator[bytes]]


@dataclass(frozen=True)
class _Section:
    """A stretch of an archive: its size, how to read a part of it, and the member whose content it is, if any."""

    size: int
    read: Reader
    member: Member | None = None


def _within(sections: Iterable[_Section], start: int, stop: int) -> Iterator[tuple[_Section, int, int]]:
    """The sections that bytes [start, stop) touch, each with the part of it that they take."""
    begin = 0
    for section in sections:
        low, high = max(start - begin, 0), min(stop - begin, section.size)
        if low < high:
            yield section, low, high
        begin += section.size


def _read_late(make: Callable[[], Awaitable[bytes]]) -> Reader:
    """Read bytes that are made when they are wanted."""

    async def read(low: int, high: int) -> AsyncGenerator[bytes]:
        yield (await make())[low:high]

    return read


def open_archive(title: str, packing: Packing, planned: Sequence[PlannedFile]) -> OpenArchive:
    """Put planned files into an archive, with what belongs to their releases, and checksums of it all."""
    inside: list[Member] = [*enclosures.of(planned), *(Cutting(file) for file in planned)]
    inside.sort(key=lambda one: one.entry.path)
    sums = Checksums(_common_folder(inside), inside)
    return OpenArchive(f"{names.safe(title)}.{packing.suffix}", packing, [*inside, sums])


def _common_folder(inside: Sequence[Member]) -> str:
    """The folder that everything lies in; empty for the archive's own."""
    folders = [one.entry.path.split("/")[:-1] for one in inside]
    common = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return "/".join(common)
