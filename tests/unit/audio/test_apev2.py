"""APEv2 tags."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from mutagen.apev2 import APEv2

from lathe.audio.containers import apev2
from lathe.audio.tags import Picture, Tags, clean

ANY = st.text(st.characters(), min_size=1, max_size=300)


@given(ANY, st.lists(ANY, min_size=1, max_size=3).map(tuple))
def test_any_text_reads_back(title: str, artists: tuple[str, ...]) -> None:
    found = APEv2(BytesIO(apev2.tag(Tags(title, artists), None)))
    assert str(found["Title"]) == clean(title)
    assert list(found["Artist"]) == [clean(one) for one in artists]


def test_positions_and_covers_are_written_as_readers_know_them() -> None:
    tags = Tags("x", track_number=3, track_total=9, disc_total=2)
    found = APEv2(BytesIO(apev2.tag(tags, Picture("image/jpeg", b"\xff\xd8picture"))))
    assert (str(found["Track"]), str(found["Disc"])) == ("3/9", "0/2")
    assert found["Cover Art (Front)"].value == b"cover.jpg\0\xff\xd8picture"


def test_a_number_without_a_total_stands_alone() -> None:
    assert str(APEv2(BytesIO(apev2.tag(Tags("x", track_number=3), None)))["Track"]) == "3"
