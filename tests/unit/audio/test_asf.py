"""ASF heads: lengths that add up, texts of any length, and a name that repeats."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import pytest
from mutagen.asf import ASF

from lathe.audio import formats, heads
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

WMA = formats.parse("wma:192")
CD = Source(44_100, 16, 2, 441_000, "0" * 32)


def objects(head: bytes) -> list[tuple[str, int]]:
    """The objects in the header: the first bytes of each name, and its length."""
    found, place = [], 30
    for _ in range(struct.unpack_from("<I", head, 24)[0]):
        size = struct.unpack_from("<Q", head, place + 16)[0]
        found.append((head[place : place + 4][::-1].hex(), size))
        place += size
    return found


def test_the_objects_fill_the_header_and_the_file_states_its_length() -> None:
    head = heads.head(WMA, CD, Tags("Lent", ("Satie",)), Picture("image/png", b"p" * 70_000, 1, 1, ""))
    size = struct.unpack_from("<Q", head, 16)[0]
    assert 30 + sum(length for _, length in objects(head)) == size == len(head) - 50
    assert struct.unpack_from("<Q", head, 30 + 40)[0] == heads.file_size(
        WMA, CD, Tags("Lent", ("Satie",)), Picture("image/png", b"p" * 70_000, 1, 1, ""), None
    )


def test_the_name_repeats_and_differs_by_master() -> None:
    other = Source(44_100, 16, 2, 441_000, "1" * 32)
    one, two = (heads.head(WMA, source, Tags("Lent"), None)[54:70] for source in (CD, other))
    assert one == heads.head(WMA, CD, Tags("Other"), None)[54:70]
    assert one != two


@pytest.mark.parametrize("letter", ["a", "é", "𝄞"])
def test_a_text_too_long_for_the_container_is_cut_between_letters(letter: str, tmp_path: Path) -> None:
    head = heads.head(WMA, CD, Tags("Lent", comment=letter * 40_000, genre=letter * 40_000), None)
    tags = ASF(BytesIO(head + bytes(2000))).tags
    assert str(tags["Description"][0]) == letter * (32_766 // (2 if ord(letter) > 0xFFFF else 1))
    assert str(tags["WM/Genre"][0]) == str(tags["Description"][0])
