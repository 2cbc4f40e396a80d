"""The recordings of the demo shop: whole, honest, and cut well by every codec."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lathe.audio import decode, encode, formats, heads, plan, survey
from lathe.audio.codecs import CODECS
from lathe.audio.tags import Tags
from tests.contracts.audio import masters, players
from tests.plugins.sampling import sample

TRIALS = [text for codec in CODECS.values() for text in codec.trials]
SECONDS = 8

by_name = pytest.mark.parametrize("path", masters.RECORDINGS, ids=lambda path: path.stem)


def trimmed(path: Path, folder: Path) -> Path:
    """Write the first seconds of a recording as a master of their own."""
    source = decode.probe(path).source
    start = next(decode.pcm_blocks(path, block=SECONDS * source.sample_rate_hz))
    return masters.write(folder / path.name, np.ascontiguousarray(start), source.sample_rate_hz, source.bits)


@by_name
def test_a_recording_is_whole(path: Path) -> None:
    assert decode.verify(path) == decode.probe(path).source


@by_name
def test_a_recording_is_lossless_and_nothing_speaks_against_it(path: Path) -> None:
    found = survey.survey(path)
    expected = "lossless_narrow" if found.source.sample_rate_hz > 48_000 else "lossless_cd"
    assert (found.measurement.verdict, found.measurement.doubts) == (expected, ())
    assert found.measurement.loudness_lufs is not None
    assert -40 < found.measurement.loudness_lufs < -5


@pytest.mark.needs_program("flac", "mp3val", "mpg123", "opusinfo", "oggz-validate", "ffmpeg", "sox")
@pytest.mark.parametrize(
    ("path", "text"),
    sample("demo masters", [(path, text) for path in masters.RECORDINGS for text in TRIALS], 12),
    ids=lambda one: one.stem if isinstance(one, Path) else one,
)
def test_a_recording_is_cut_cleanly(path: Path, text: str, tmp_path: Path) -> None:
    short, fmt = trimmed(path, tmp_path), formats.parse(text)
    source = decode.verify(short)
    pieces: list[bytes] = []
    facts = encode.write_body(pieces.append, fmt, short, source)
    assert facts.size_bytes <= plan.body_size(fmt, source).ceiling_bytes
    tags = Tags("A recording")
    head, tail = heads.head(fmt, source, tags, None, facts), heads.tail(fmt, source, tags, None)
    whole = tmp_path / f"cut.{CODECS[fmt.codec].extension}"
    whole.write_bytes(b"".join((head, *pieces, tail)))
    players.is_clean(whole)
    target = plan.output(fmt, source)
    heard = players.samples_in(players.ffmpeg_pcm(whole, target.bits), target, target.bits)
    assert heard > target.samples if whole.suffix in players.SILENCE_LEFT_BY_FFMPEG else heard == target.samples
