"""What every codec that divides keeps to: the same bytes from any number of workers, and from one encoder where it says
so.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import convert, encode, formats, heads, parts, plan
from lathe.audio.codecs import CODECS
from lathe.audio.division import Divisible
from lathe.audio.explain import Explain
from lathe.audio.facts import BodyFacts
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
from lathe.audio.tags import Tags
from tests.contracts.audio import music, players

PATIENCE_S = 120.0
TAGS = Tags(title="Gigue")
WORKERS = (1, 2, 5)
FORMATS = ["flac", "flac:level=0", "flac:bits=16", "wav", "mp3:cbr=128", "mp3:cbr=320", "mp3:vbr=0", "mp3:vbr=5"]
FORMATS += ["mp3:abr=160", "opus:128,mode=hard", "flac:rate=48000", "wav:bits=16,rate=44100", "wav:bits=32f"]
FORMATS += ["aiff", "aiff:bits=16", "aiff:bits=32f,rate=48000"]
FORMATS += ["alac", "alac:bits=16", "tta", "tta:bits=16", "wavpack", "wavpack:level=0", "wavpack:bits=16"]
LIKE_ONE_ENCODER = {text for text in FORMATS if not text.startswith(("mp3", "wavpack"))}
"""Formats whose parts give, byte for byte, what one encoder gives from end to end."""
ABOUT_AS_LARGE = 0.025
"""By which share a body of parts may be larger or smaller, where an encoder goes on from what it learnt before."""


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[int, EncoderPool]]:
    with tempfile.TemporaryDirectory() as folder:
        pools = {count: EncoderPool(workers=count, spool=Path(folder)) for count in WORKERS}
        for pool in pools.values():
            pool.start()
        yield pools
        for pool in pools.values():
            pool.close()


def master_for(text: str) -> tuple[Path, Source]:
    """A master of two minutes or less that the format's options fit; some of them change its rate."""
    hires = next(path for path in sorted(music.FOLDER.glob("*/*.flac")) if music.described(path)[1].bits == 24)
    return music.described(hires if "bits=" in text or "rate=" in text else music.GIGUE)


def body_of(text: str, path: Path, source: Source) -> tuple[bytes, BodyFacts, Explain]:
    accounts: list[Explain] = []
    pieces: list[bytes] = []
    making = encode.encode_body(formats.parse(text), path, source, explain=accounts.append)
    while True:
        try:
            pieces.append(next(making))
        except StopIteration as end:
            return b"".join(pieces), end.value, accounts[0]


def single_pass(text: str, path: Path, source: Source) -> bytes:
    fmt = plan.conform(formats.parse(text), source)
    return b"".join(encode.single_pass(fmt, path, source, lambda samples: None))


def test_every_codec_that_divides_is_tested_here() -> None:
    dividing = {name for name, codec in CODECS.items() if isinstance(codec, Divisible)}
    assert dividing == {text.split(":")[0] for text in FORMATS}


@pytest.mark.parametrize("text", FORMATS)
def test_any_number_of_workers_makes_the_same_bytes(text: str, pools: dict[int, EncoderPool]) -> None:
    path, source = master_for(text)
    body, facts, account = body_of(text, path, source)
    assert account.path == "parts"
    for count, pool in pools.items():
        cut = pool.cut(f"{text} by {count}", formats.parse(text), path, source)
        assert cut.wait_blocking(PATIENCE_S) == facts
        assert cut.path.read_bytes() == body
        assert cut.explain is not None
        assert (cut.explain.stretches, cut.explain.joins) == (account.stretches, account.joins)
        assert max(cut.explain.workers) < count
        assert list(cut.path.parent.glob("*.part")) == []
        cut.discard()


@pytest.mark.parametrize("text", sorted(LIKE_ONE_ENCODER))
def test_parts_give_what_one_encoder_gives_where_they_say_so(text: str) -> None:
    path, source = master_for(text)
    assert body_of(text, path, source)[0] == single_pass(text, path, source)


@pytest.mark.parametrize("text", [text for text in FORMATS if text.startswith("wavpack")])
def test_other_lossless_parts_are_about_as_large_as_what_one_encoder_gives(text: str) -> None:
    path, source = master_for(text)
    one, (body, _, _) = single_pass(text, path, source), body_of(text, path, source)
    assert len(body) == pytest.approx(len(one), rel=ABOUT_AS_LARGE)


@pytest.mark.needs_program("ffmpeg")
@pytest.mark.parametrize("text", [text for text in FORMATS if CODECS[text.partition(":")[0]].lossless])
def test_lossless_parts_hold_the_very_samples(text: str, tmp_path: Path) -> None:
    path, source = master_for(text)
    body, facts, _ = body_of(text, path, source)
    fmt = plan.conform(formats.parse(text), source)
    target, codec = plan.output(fmt, source), CODECS[fmt.codec]
    file = tmp_path / f"file.{codec.extension}"
    file.write_bytes(heads.head(fmt, source, TAGS, None, facts) + body + heads.tail(fmt, source, TAGS, None))
    players.is_clean(file)
    heard = players.ffmpeg_pcm(file, target.bits)
    assert players.samples_in(heard, target, target.bits) == target.samples
    assert hashlib.md5(heard, usedforsecurity=False).hexdigest() == facts.pcm_md5


@pytest.mark.parametrize("text", ["flac", "alac", "wav"])
def test_a_file_proven_at_import_gives_the_same_as_one_that_was_not(text: str) -> None:
    path, source = master_for(text)
    imported = replace(source, file_sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    assert body_of(text, path, imported) == body_of(text, path, source)


@pytest.mark.parametrize("text", FORMATS)
def test_the_account_names_every_part_and_join(text: str) -> None:
    path, source = master_for(text)
    fmt = plan.conform(formats.parse(text), source)
    whole = parts.division(fmt, source)
    assert whole is not None
    _, _, account = body_of(text, path, source)
    assert account.stretches == tuple(whole.stretches)
    assert account.workers == (0,) * len(whole.stretches)
    assert [join.part for join in account.joins] == list(range(1, len(whole.stretches)))
    assert [join.unit for join in account.joins] == sorted({join.unit for join in account.joins})
    assert Explain.from_dict(account.to_dict()) == account
    assert account.stretches[0].start == 0
    assert account.stretches[-1].stop == plan.output(fmt, source).samples


@pytest.mark.parametrize("text", ["flac", "wav", "mp3:cbr=320", "alac", "tta", "wavpack"])
def test_a_master_of_a_few_seconds_is_made_in_a_single_pass(text: str) -> None:
    _, source = music.described(music.GIGUE)
    assert parts.division(formats.parse(text), replace(source, samples=3 * source.sample_rate_hz)) is None


@pytest.mark.parametrize("text", FORMATS)
def test_the_grid_is_the_same_for_everybody_and_leaves_nothing_out(text: str) -> None:
    _, source = master_for(text)
    fmt = plan.conform(formats.parse(text), source)
    one, two = parts.division(fmt, source), parts.division(fmt, replace(source, pcm_md5=None))
    assert one is not None
    assert two is not None
    assert list(one.stretches) == list(two.stretches)
    assert one.stretches[0].samples < one.stretches[1].samples
    assert all(after.start <= before.stop for before, after in pairwise(one.stretches))


def test_any_stretch_of_a_master_is_converted_as_in_the_whole() -> None:
    path, source = master_for("flac:bits=16")
    target = replace(source, bits=16)
    whole = np.concatenate(list(convert.blocks(path, source, target, False, lambda samples: None)))
    for place in parts.division(formats.parse("flac"), source).stretches:  # type: ignore[union-attr]
        part = np.concatenate(list(convert.stretch(path, source, target, False, place, lambda samples: None)))
        assert np.array_equal(part, whole[place.start : place.stop])
