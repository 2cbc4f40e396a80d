"""Archives of members that take their time: whole or in ranges the same bytes, and never more begun than is wanted."""

from __future__ import annotations

import asyncio
import io
import tarfile
import zipfile
from collections.abc import AsyncGenerator, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.delivery.archives import OpenArchive
from lathe.delivery.errors import CutFailed
from lathe.delivery.members import AHEAD, Checksums, Given, Member, sums_of
from lathe.delivery.packings import PACKINGS
from lathe.delivery.packings.base import Entry, Sums


class Slow:
    """A track that is not made: its checksums are known when it was opened, its size too unless told otherwise."""

    def __init__(self, number: int, *, is_sized: bool = True) -> None:
        self.entry = Entry(f"Clara/{number:02d}.flac", date(2024, 3, 1), 10_000)
        self.key = f"key {number}"
        self.content = bytes([number]) * (700 + number)
        self.size = len(self.content) if is_sized else None
        self.known: Sums | None = None
        self.is_open = False
        self.was_opened = False
        self.breaks = False

    async def open(self) -> None:
        self.is_open = self.was_opened = True

    async def stream(self, start: int, stop: int | None) -> AsyncGenerator[bytes]:
        await self.open()
        if self.breaks:
            raise CutFailed("The encoder broke.")
        for at in range(start, len(self.content) if stop is None else stop, 100):
            yield self.content[at : min(at + 100, len(self.content) if stop is None else stop)]

    async def sums(self) -> Sums:
        if self.known is None:
            await self.open()
            self.known = sums_of(self.content)
        return self.known

    async def measure(self) -> int:
        if self.size is None:
            await self.open()
            self.size = len(self.content)
        return self.size

    def close(self) -> None:
        self.is_open = False


def archive(suffix: str, tracks: Sequence[Slow]) -> OpenArchive:
    cover = Given(Entry("Clara/cover.jpg", date(2024, 3, 1), 9), b"a picture")
    inside: list[Member] = [cover, *tracks]
    return OpenArchive(f"all.{suffix}", PACKINGS[suffix], [*inside, Checksums("Clara", inside)])


def tracks(count: int = 9, *, is_sized: bool = True) -> list[Slow]:
    return [Slow(number, is_sized=is_sized) for number in range(count)]


def read(opened: OpenArchive, start: int = 0, stop: int | None = None) -> bytes:
    async def all_of_it() -> bytes:
        return b"".join([chunk async for chunk in opened.stream(start, stop)])

    return asyncio.run(all_of_it())


WHOLE = {suffix: read(archive(suffix, tracks())) for suffix in PACKINGS}


def test_the_zip_is_whole_and_its_checksums_stand_last() -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE["zip"])) as file:
        assert file.testzip() is None
        assert file.namelist()[-1] == "Clara/SHA256SUMS"
        sums = file.read("Clara/SHA256SUMS").decode()
    assert sums.splitlines()[1] == f"{sums_of(Slow(0).content).sha256}  00.flac"


def test_the_tar_is_whole() -> None:
    with tarfile.open(fileobj=io.BytesIO(WHOLE["tar"])) as file:
        assert len(file.getnames()) == 11


@pytest.mark.parametrize("suffix", PACKINGS)
def test_the_size_is_known_before_anything_is_made(suffix: str) -> None:
    members = tracks()
    assert archive(suffix, members).size == len(WHOLE[suffix])
    assert not any(member.was_opened for member in members)


@pytest.mark.parametrize("suffix", PACKINGS)
def test_what_has_no_size_is_sent_all_the_same_and_is_the_same(suffix: str) -> None:
    opened = archive(suffix, tracks(is_sized=False))
    assert opened.size is None
    assert opened.key == archive(suffix, tracks()).key
    assert read(opened) == WHOLE[suffix]


@pytest.mark.parametrize("suffix", PACKINGS)
def test_the_size_is_known_once_every_member_was_waited_for(suffix: str) -> None:
    opened = archive(suffix, tracks(is_sized=False))
    asyncio.run(opened.finish())
    assert opened.size == len(WHOLE[suffix])


@given(suffix=st.sampled_from(list(PACKINGS)), ends=st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)))
def test_every_range_is_that_part_of_the_whole(suffix: str, ends: tuple[int, int]) -> None:
    start, stop = sorted(min(end, len(WHOLE[suffix])) for end in ends)
    if start < stop:
        assert read(archive(suffix, tracks()), start, stop) == WHOLE[suffix][start:stop]


def test_a_range_within_one_track_begins_that_track_alone() -> None:
    members = tracks()
    at = WHOLE["zip"].index(members[4].content)
    read(archive("zip", members), at + 10, at + 20)
    assert [member.was_opened for member in members] == [number == 4 for number in range(9)]


def test_a_range_that_touches_a_crc_waits_for_its_track_alone() -> None:
    members = tracks()
    behind = WHOLE["zip"].index(members[4].content) + len(members[4].content)
    read(archive("zip", members), behind, behind + 16)
    assert [member.key for member in members if member.known] == ["key 4"]


def test_the_end_of_a_tar_waits_for_nothing() -> None:
    members = tracks()
    read(archive("tar", members), len(WHOLE["tar"]) - 1024, len(WHOLE["tar"]))
    assert not any(member.was_opened for member in members)


@pytest.mark.parametrize("is_sized", [True, False])
@pytest.mark.parametrize("suffix", PACKINGS)
def test_a_few_tracks_are_begun_ahead_and_no_more(suffix: str, is_sized: bool) -> None:
    members = tracks(40, is_sized=is_sized)
    opened = archive(suffix, members)
    most = 0

    async def watched() -> None:
        nonlocal most
        async for _ in opened.stream():
            most = max(most, sum(member.is_open for member in members))

    asyncio.run(watched())
    assert most == AHEAD
    assert not any(member.is_open for member in members)


def test_a_track_that_breaks_breaks_the_archive() -> None:
    members = tracks()
    members[3].breaks = True
    opened = archive("zip", members)
    with pytest.raises(CutFailed):
        read(opened)
    opened.close()
    assert not any(member.is_open for member in members)


def test_another_member_or_another_name_makes_another_key() -> None:
    keys = {archive("zip", tracks()).key, archive("tar", tracks()).key, archive("zip", tracks(8)).key}
    renamed = tracks()
    renamed[0].entry = Entry("Clara/0.flac", date(2024, 3, 1), 10_000)
    assert len({*keys, archive("zip", renamed).key}) == 4
