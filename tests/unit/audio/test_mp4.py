"""MPEG-4 boxes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lathe.audio.containers import itunes, mp4
from lathe.audio.tags import Tags

TRACK = mp4.Track(mp4.audio_entry(b"mp4a", 2, 16, 44_100, b""), 44_100, 1024, 1024, 1024, 1024 * 9, (100,) * 10)
PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta")


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every box with its body, parents before their children. The media data's own length is not followed."""
    place = 0
    while place < len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        yield kind, data[place + 8 : place + size]
        if kind in PARENTS:
            yield from boxes(data[place + 8 : place + size])
        if kind == b"mdat":
            return
        place += size


def found(track: mp4.Track) -> dict[bytes, bytes]:
    return dict(boxes(mp4.head(track, itunes.ilst(Tags("x"), None))))


def numbers(body: bytes, width: str = "I") -> tuple[int, ...]:
    """The numbers of a table behind version, flags and count."""
    rest = body[8:]
    return struct.unpack(f">{len(rest) // struct.calcsize(width)}{width}", rest)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=300), st.integers(1, 1024))
def test_every_chunk_lies_where_the_table_says(sizes: list[int], last: int) -> None:
    track = replace(TRACK, sizes=sizes, last_samples=last)
    head, inside = mp4.head(track, itunes.ilst(Tags("x"), None)), found(track)
    step = track.packets_a_chunk
    starts = [len(head) + sum(sizes[:first]) for first in range(0, len(sizes), step)]
    assert list(numbers(inside[b"stco"])) == starts
    assert list(numbers(inside[b"stsz"]))[1:] == sizes
    runs = numbers(inside[b"stts"])
    assert sum(count * samples for count, samples in zip(runs[::2], runs[1::2], strict=True)) == track.length


def test_an_edit_list_names_the_music_and_nothing_else() -> None:
    _, duration, start, rate, _ = struct.unpack(">IQqHH", found(TRACK)[b"elst"][4:])
    assert (duration, start, rate) == (1024 * 9, 1024, 1)


def test_a_file_in_which_all_counts_has_no_edit_list() -> None:
    assert b"elst" not in found(replace(TRACK, delay=0, samples=TRACK.length))


def test_more_than_four_gigabytes_get_wide_offsets_and_a_wide_length() -> None:
    track = replace(TRACK, sizes=(2**30,) * 5)
    head, inside = mp4.head(track, itunes.ilst(Tags("x"), None)), found(track)
    assert head[-16:] == struct.pack(">I4sQ", 1, b"mdat", 16 + 5 * 2**30)
    first = numbers(inside[b"co64"], "Q")[0]
    assert first == len(head)


def test_a_rate_beyond_sixteen_bits_is_left_to_the_codecs_own_box() -> None:
    assert mp4.audio_entry(b"alac", 2, 24, 96_000, b"")[32:36] == bytes(4)
    assert mp4.audio_entry(b"alac", 2, 24, 48_000, b"")[32:36] == bytes([0xBB, 0x80, 0, 0])
