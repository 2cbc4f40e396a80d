"""Tags and covers, whatever is in them."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3

from lathe.audio import formats, heads
from lathe.audio.codecs import CODECS
from lathe.audio.containers import id3, vorbis_comment
from lathe.audio.errors import FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags, clean

CD = Source(44_100, 16, 2, 44_100, "0" * 32)
FACTS = BodyFacts(1000, "0" * 64, "1" * 32, 10, 20, ((0, 0),), tuple(range(100)), (400, 600))
ANY = st.text(st.characters(), min_size=1, max_size=300)


def test_what_no_container_can_hold_is_cleaned_away() -> None:
    assert clean("a\0b\x07c\td\ne") == "a b c\td\ne"
    assert clean("half \ud800 pair") == "half ? pair"


@given(ANY, st.lists(ANY, max_size=3).map(tuple), ANY, st.one_of(st.none(), st.floats(-60, 60)))
def test_any_text_makes_a_head_in_every_format(
    title: str, artists: tuple[str, ...], comment: str, gain_db: float | None
) -> None:
    tags = Tags(title, artists, comment=comment, licence=comment, replaygain_track_gain_db=gain_db)
    for fmt in [formats.parse(text) for codec in CODECS.values() for text in codec.trials]:
        head = heads.head(fmt, CD, tags, None, FACTS)
        assert head == heads.head(fmt, CD, tags, None, FACTS)
        assert heads.file_size(fmt, CD, tags, None, FACTS) == len(head) + 1000 + len(heads.tail(fmt, CD, tags, None))


@given(ANY)
def test_id3_reads_back_any_title(title: str) -> None:
    found = ID3(BytesIO(id3.tag(Tags(title), None)))
    assert found.version == (2, 4, 0)
    assert "\n".join(found["TIT2"].text) == clean(title)


def test_a_licence_that_is_an_address_is_a_link_too() -> None:
    with_link = ID3(BytesIO(id3.tag(Tags("x", licence="https://example.org/by"), None)))
    assert with_link["WCOP"].url == "https://example.org/by"
    assert "WCOP" not in ID3(BytesIO(id3.tag(Tags("x", licence="All rights reserved"), None)))


def test_a_total_without_a_number_is_kept() -> None:
    assert str(ID3(BytesIO(id3.tag(Tags("x", track_total=9), None)))["TRCK"]) == "0/9"
    assert str(ID3(BytesIO(id3.tag(Tags("x", track_number=2), None)))["TRCK"]) == "2"


def test_a_cover_beyond_flacs_block_is_refused() -> None:
    giant = Picture("image/png", bytes(2**24), 1, 1)
    with pytest.raises(FormatError, match="Use a smaller cover"):
        heads.head(formats.parse("flac"), CD, Tags("x"), giant)


def test_opus_gain_is_five_decibels_below_replaygain_and_stays_in_range() -> None:
    for gain_db, steps in ((0.0, -1280), (5.0, 0), (-200.0, -32768)):
        head = heads.head(formats.parse("opus:128"), CD, Tags("x", replaygain_track_gain_db=gain_db), None)
        assert f"R128_TRACK_GAIN={steps}".encode() in head


def test_comments_are_counted() -> None:
    block = vorbis_comment.comments([("TITLE", "é"), ("ARTIST", "b")])
    assert block == b"\x05\0\0\0Lathe\x02\0\0\0\x08\0\0\0TITLE=\xc3\xa9\x08\0\0\0ARTIST=b"
