"""The first seconds of a master, in every format that is listened to: exactly so long, and the same from any pool."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lathe.audio import decode, encode, plan
from lathe.audio.errors import EncodeError
from lathe.audio.formats import Format, parse
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
from tests.contracts.audio import masters

FORMATS = ["opus:96,mode=hard", "mp3:cbr=128", "wav", "flac", "vorbis:q=2"]
SECONDS = 7


@pytest.fixture(scope="module", params=[44_100, 48_000])
def master(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Source]:
    """Twenty seconds of noise."""
    rate = request.param
    pcm = np.random.default_rng(1).integers(-9000, 9000, (20 * rate, 2)).astype(np.int16)
    path = masters.write(tmp_path_factory.mktemp("excerpt") / "master.flac", pcm, rate, 16)
    return path, decode.verify(path)


def body(fmt: Format, path: Path, source: Source) -> bytes:
    pieces: list[bytes] = []
    encode.write_body(pieces.append, fmt, path, source)
    return b"".join(pieces)


@pytest.mark.parametrize("name", FORMATS)
def test_an_excerpt_is_what_the_master_would_be_if_it_ended_there(
    name: str, master: tuple[Path, Source], tmp_path: Path
) -> None:
    path, source = master
    clip = source.first(SECONDS * source.sample_rate_hz)
    short = masters.write(
        tmp_path / "short.flac",
        next(iter(decode.pcm_blocks(path, block=clip.samples))),
        source.sample_rate_hz,
        16,
    )
    fmt = plan.conform(parse(name), clip)

    made = body(fmt, path, clip)

    assert made == body(fmt, short, decode.verify(short).first(clip.samples))
    with EncoderPool(workers=2, spool=tmp_path / "spool") as pool, pool.cut("k", fmt, path, clip, hold=True) as cut:
        facts = cut.wait_blocking(60)
        assert cut.path.read_bytes() == made
        assert facts.size_bytes == len(made)


def test_an_excerpt_longer_than_the_master_is_the_master(master: tuple[Path, Source]) -> None:
    _, source = master
    assert source.first(source.samples) is source
    assert source.first(source.samples + 1) is source


def test_a_master_shorter_than_its_excerpt_is_found_out(master: tuple[Path, Source]) -> None:
    path, source = master
    claimed = Source(source.sample_rate_hz, 16, 2, 2 * source.samples).first(source.samples + 1)
    with pytest.raises(EncodeError, match="not the master"):
        body(plan.conform(parse("mp3:cbr=128"), claimed), path, claimed)
