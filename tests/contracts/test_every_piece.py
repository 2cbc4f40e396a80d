"""What every codec that divides keeps to when the middle of a body is asked for alone: the bytes are those of the
whole, and no part is encoded that they do not hang on.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lathe.audio import encode, formats, parts, pieces, plan
from lathe.audio.codecs import CODECS
from lathe.audio.divided import mp3, opus
from lathe.audio.division import Division, Foreseeing, Stretch
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BodyFacts, Mark
from lathe.audio.order import Format
from lathe.audio.pieces import Piece
from lathe.audio.source import Source
from tests.contracts.audio import music
from tests.contracts.test_every_division import FORMATS as DIVIDED
from tests.plugins import sampling


def master_for(text: str) -> tuple[Path, Source]:
    hires = next(path for path in sorted(music.FOLDER.glob("*/*.flac")) if music.described(path)[1].bits == 24)
    return music.described(hires if "bits=" in text or "rate=" in text else music.GIGUE)


def way_of(text: str) -> pieces.Way:
    return pieces.way(formats.parse(text), master_for(text)[1])


FORMATS = [text for text in [*DIVIDED, "opus:510,mode=hard"] if way_of(text) != "from the start"]
BY_ARITHMETIC = [text for text in FORMATS if way_of(text) == "arithmetic"]
LEAN_ON_THE_NEXT = ("mp3", "opus")
"""Codecs whose last bytes of a part may wait for what comes first in the next one."""
PLACES = range(1000)
"""Thousandths of a body at which pieces begin."""
LONGEST = 300_000


@dataclass(frozen=True)
class Made:
    """A body, and what is kept of it when it is thrown away."""

    fmt: Format
    path: Path
    source: Source
    body: bytes
    facts: BodyFacts

    @property
    def order(self) -> parts.Order:
        return self.fmt, self.path, self.source

    @property
    def whole(self) -> Division:
        found = parts.division(self.fmt, self.source)
        assert found
        return found


def make(text: str, master: tuple[Path, Source] | None = None) -> Made:
    path, source = master or master_for(text)
    body: list[bytes] = []
    facts = encode.write_body(body.append, formats.parse(text), path, source)
    return Made(plan.conform(formats.parse(text), source), path, source, b"".join(body), facts)


made = cache(make)


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> list[Stretch]:
    """The stretches that were encoded."""
    found: list[Stretch] = []
    real = parts.encode

    def noted(order: parts.Order, whole: Division, place: Stretch, blocks: Iterator[Any]) -> Iterator[bytes]:
        found.append(place)
        return real(order, whole, place, blocks)

    monkeypatch.setattr(parts, "encode", noted)
    return found


def random_pieces(name: str, case: Made, count: int) -> list[tuple[int, int]]:
    """Draw starts and stops: anywhere, and around every second mark."""
    draw, size = random.Random(f"{sampling.seed()}:{name}"), len(case.body)
    near = [mark.offset_bytes + draw.randint(-3, 3) for mark in case.facts.marks[1::2]]
    starts = [size * place // 1000 for place in sampling.sample(name, PLACES, count)]
    places = [(start, min(size, start + draw.randint(1, LONGEST))) for start in [*starts, *near]]
    return [(0, 1), (size - 1, size), *places]


def piece_of(case: Made, start: int, stop: int, mark: Mark | None) -> bytes:
    return b"".join(pieces.encode(case.order, Piece(start, stop, mark), lambda samples: None))


def mark_for(case: Made, start: int) -> Mark:
    """The mark that is kept of a body once it is made, through the trip into the database and back."""
    kept = BodyFacts.from_dict(case.facts.to_dict()).marks
    assert kept == case.facts.marks
    return kept[pieces.last_before(kept, start)]


def needed(case: Made, start: int, stop: int) -> set[int]:
    """The parts that bytes [start, stop) lie in."""
    offsets = [mark.offset_bytes for mark in case.facts.marks]
    found = [mark.part for mark in case.facts.marks]
    ends = [*offsets[1:], len(case.body)]
    return {part for part, first, end in zip(found, offsets, ends, strict=True) if first < stop and end > start}


@pytest.mark.parametrize("text", FORMATS)
def test_any_piece_of_a_body_that_was_thrown_away_is_that_of_the_whole_and_no_other_part_is_made(
    text: str, touched: list[Stretch]
) -> None:
    case = made(text)
    stretches = list(case.whole.stretches)
    assert len(case.facts.marks) == len(stretches)
    for start, stop in random_pieces(text, case, 4):
        touched.clear()
        assert piece_of(case, start, stop, mark_for(case, start)) == case.body[start:stop], (start, stop)
        those = [stretches.index(place) for place in touched]
        due = needed(case, start, stop)
        beyond = {max(due) + 1} if text.startswith(LEAN_ON_THE_NEXT) else set()
        assert due <= set(those) <= due | beyond, (start, stop)
        assert len(those) == len(set(those))


@pytest.mark.parametrize("text", BY_ARITHMETIC)
def test_any_piece_of_a_body_that_was_never_made_is_that_of_the_whole(text: str, touched: list[Stretch]) -> None:
    case = made(text)
    whole = case.whole
    assert isinstance(whole, Foreseeing)
    assert pieces.marks(case.fmt, case.source, None) == list(case.facts.marks)
    for start, stop in random_pieces(f"{text} unmade", case, 3):
        touched.clear()
        assert piece_of(case, start, stop, None) == case.body[start:stop], (start, stop)
        due = needed(case, start, stop)
        to_prove = {max(0, min(due) - 1)} if whole.proves else set()
        beyond = {max(due) + 1} if text.startswith(LEAN_ON_THE_NEXT) else set()
        assert due <= {list(whole.stretches).index(place) for place in touched} <= due | to_prove | beyond


@pytest.mark.parametrize("text", ["mp3:cbr=192", "mp3:vbr=2"])
def test_pieces_are_those_of_the_whole_where_an_mp3_encoder_had_to_go_on_through_a_part(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mp3.FrameBinder._join

    def refused(self: mp3.FrameBinder, *, complete: bool) -> bytes:
        """Let no join into part 1 fit."""
        if self._part != 1:
            return real(self, complete=complete)
        return self._go_on() if complete else b""

    monkeypatch.setattr(mp3.FrameBinder, "_join", refused)
    case = make(text)
    assert [mark.part for mark in case.facts.marks] == [0, 2]
    for start, stop in random_pieces(text, case, 2):
        assert piece_of(case, start, stop, mark_for(case, start)) == case.body[start:stop], (start, stop)


@pytest.mark.parametrize("gone_on", [{2}, {1, 2}])
def test_pieces_are_those_of_the_whole_where_an_opus_encoder_had_to_go_on_through_parts(
    gone_on: set[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = opus.PacketBinder._is_settled
    monkeypatch.setattr(opus.PacketBinder, "_is_settled", lambda self: self._part not in gone_on and real(self))
    case = make("opus:96,mode=hard", music.resampled(tmp_path, music.GYMNOPEDIE, 48_000, 110, mono=True))
    whole = set(range(len(case.whole.stretches)))
    assert len(whole) > 3
    assert {mark.part for mark in case.facts.marks} == whole - gone_on
    for start, stop in random_pieces("opus", case, 3):
        assert piece_of(case, start, stop, mark_for(case, start)) == case.body[start:stop], (start, stop)
        assert piece_of(case, start, stop, None) == case.body[start:stop], (start, stop)


def test_where_music_lets_an_opus_encoder_go_on_the_body_is_still_that_of_one_and_its_pieces_those_of_the_body() -> (
    None
):
    case = make("opus:64,mode=hard", music.described(music.PRELUDE))
    assert [mark.part for mark in case.facts.marks] == [0, 1, 3, 4]
    assert case.body == b"".join(encode.single_pass(*case.order, lambda samples: None))
    start = case.facts.marks[2].offset_bytes - 1000
    assert piece_of(case, start, start + 2000, mark_for(case, start)) == case.body[start : start + 2000]
    assert piece_of(case, start, start + 2000, None) == case.body[start : start + 2000]


def test_the_registry_says_where_a_piece_cannot_be_made_alone() -> None:
    path, source = music.described(music.GIGUE)
    ways = {trial: way_of(trial) for codec in CODECS.values() for trial in codec.trials}
    assert {ways["wav"], ways["opus:128,mode=hard"]} == {"arithmetic"}
    assert {ways["flac"], ways["mp3:cbr=320"], ways["mp3:vbr=0"]} == {"table"}
    single = [trial for trial, way in ways.items() if way == "from the start"]
    assert single
    for trial in single:
        fmt = plan.conform(formats.parse(trial), source)
        assert pieces.marks(fmt, source, None) == ()
        with pytest.raises(EncodeError, match="cannot be made alone; encode it from the start"):
            pieces.encode((fmt, path, source), Piece(1000, 2000), lambda samples: None)
