"""Every head writer under words of any letters: the file stays whole, and readers get back what was written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lathe.audio import decode, encode, formats, heads
from lathe.audio.codecs import CODECS
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags, clean
from tests.contracts.audio import crafted, masters, tag_readers
from tests.contracts.audio.masters import Master
from tests.plugins import sampling

EXAMPLES = 200 if sampling.is_full() else 6
TRIALS = [codec.trials[0] for codec in CODECS.values()]
PLACES = st.just((None, None)) | st.tuples(st.integers(1, 999), st.integers(1, 999))
LONGEST_WORDS = {"wma": 32_766}
"""Letters of a text where a container has a limit: ASF counts its bytes in 16 bits."""
WORDS = st.text(max_size=60)
"""Any letters: controls, halves of surrogate pairs, marks that turn the direction of writing."""


@dataclass(frozen=True)
class Body:
    """An encode done once, to be put behind many heads."""

    fmt: Format
    source: Source
    data: bytes
    facts: BodyFacts


@cache
def body(text: str) -> Body:
    with TemporaryDirectory() as folder:
        master, fmt = masters.make(Path(folder), Master("words", samples=6000)), formats.parse(text)
        source, pieces = decode.verify(master), list[bytes]()
        facts = encode.write_body(pieces.append, fmt, master, source)
    return Body(fmt, source, b"".join(pieces), facts)


@st.composite
def tags(draw: st.DrawFn) -> Tags:
    number, total = draw(PLACES)
    return Tags(
        title=draw(st.text(min_size=1, max_size=60)),
        artists=tuple(draw(st.lists(WORDS, max_size=3))),
        album=draw(WORDS),
        composers=tuple(draw(st.lists(WORDS, max_size=2))),
        track_number=number,
        track_total=total,
        genre=draw(WORDS),
        label=draw(WORDS),
        licence=draw(WORDS),
        comment=draw(WORDS),
        musicbrainz_artist_ids=tuple(draw(st.lists(WORDS, max_size=2))),
        replaygain_track_gain_db=draw(st.none() | st.floats(-60, 60)),
    )


def written(text: str, said: Tags, cover: Picture | None, folder: Path) -> Path:
    made = body(text)
    head = heads.head(made.fmt, made.source, said, cover, made.facts)
    stitcher = heads.stitcher(made.fmt, head, made.facts)
    middle = stitcher.feed(made.data) + stitcher.finish()
    path = folder / f"words.{CODECS[made.fmt.codec].extension}"
    path.write_bytes(head + middle + heads.tail(made.fmt, made.source, said, cover))
    return path


@pytest.mark.parametrize("text", TRIALS)
@given(said=tags(), picture=st.none() | st.binary(min_size=1, max_size=2000))
@settings(max_examples=EXAMPLES)
def test_any_words_come_back_as_they_were_cleaned(text: str, said: Tags, picture: bytes | None) -> None:
    cover = Picture("image/png", picture, 4, 4) if picture else None
    with TemporaryDirectory() as folder:
        found, pictures = tag_readers.read(written(text, said, cover, Path(folder)))
    assert pictures == ([picture] if picture else [])
    for name, wanted in (("title", (said.title,)), ("album", (said.album,)), ("artist", said.artists)):
        kept = [clean(one) for one in wanted if one]
        assert found.get(name, []) == kept, name


@pytest.mark.parametrize("text", TRIALS)
def test_a_great_many_words_fit(text: str, tmp_path: Path) -> None:
    """A hundred artists, a comment of 200 kB and a cover of a megabyte."""
    artists = tuple(f"Artist {number} ☃" for number in range(100))
    cover = Picture("image/png", crafted.png_bomb(4) + bytes(1 << 20), 4, 4)
    path = written(text, Tags("Lent", artists=artists, comment="Ämen " * 40_000), cover, tmp_path)
    found, pictures = tag_readers.read(path)
    assert found["artist"] == list(artists)
    assert len(found["comment"][0]) == LONGEST_WORDS.get(CODECS[text.partition(":")[0]].name, 200_000)
    assert pictures == [cover.data]
