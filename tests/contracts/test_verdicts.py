"""Recordings that were once lossy, made with the engine itself: the verdict finds them, and accuses no other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from lathe.audio import decode, encode, formats, heads, survey
from lathe.audio.measure import Measurement
from lathe.audio.pcm import Pcm
from lathe.audio.tags import Tags
from tests.contracts.audio import masters
from tests.plugins.sampling import sample

SECONDS = 20
HIDDEN = {"02-prelude-no-7": "hardly a sound above 11 kHz: nothing is there for an encoder to take away"}
FOUND = ("mp3:cbr=128", "mp3:cbr=192", "mp3:cbr=320", "aac:128", "opus:96", "opus:128", "vorbis:q=4")
TOO_GOOD = ("mp3:vbr=0", "aac:256")
"""They keep what lies above 20 kHz, and leave no cliff."""
RECORDINGS = [path for path in masters.RECORDINGS if path.stem not in HIDDEN]
MISSED = {("03-prelude-no-20", "mp3:cbr=128"): "a soft piano: LAME's upper bands come and go, and leave no cliff"}
CASES = [(path, text) for path in RECORDINGS for text in FOUND if (path.stem, text) not in MISSED]


@dataclass(frozen=True)
class Short:
    """The first seconds of a recording, faded out, as a master of its own."""

    path: Path
    rate_hz: int


@cache
def short(recording: Path, folder: Path) -> Short:
    source = decode.probe(recording).source
    pcm = np.concatenate(list(islice(decode.pcm_blocks(recording, block=source.sample_rate_hz), SECONDS)))
    fade = np.minimum(1, np.arange(len(pcm))[::-1] / source.sample_rate_hz)[:, None]
    samples = np.rint(pcm * fade).astype(pcm.dtype)
    target = folder / recording.name
    return Short(masters.write(target, samples, source.sample_rate_hz, source.bits), source.sample_rate_hz)


def heard(path: Path) -> tuple[Pcm, int]:
    """Return what FFmpeg plays of a file, as 16 bits, and its rate."""
    to_16_bits = av.AudioResampler(format="s16", layout="stereo")
    with av.open(str(path)) as container:
        frames = [part for frame in container.decode(audio=0) for part in to_16_bits.resample(frame)]
        return np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in frames]), frames[0].sample_rate


def transcoded(recording: Path, text: str, folder: Path) -> Measurement:
    """Cut a recording to a lossy format, and make a FLAC of what is left of it."""
    master, fmt = short(recording, folder).path, formats.parse(text)
    source, pieces = decode.verify(master), list[bytes]()
    facts = encode.write_body(pieces.append, fmt, master, source)
    lossy = folder / "lossy.bin"
    lossy.write_bytes(heads.head(fmt, source, Tags("Once lossy"), None, facts) + b"".join(pieces))
    samples, rate_hz = heard(lossy)
    return survey.survey(masters.write(folder / "again.flac", samples, rate_hz, 16)).measurement


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verdicts")


@pytest.mark.parametrize(
    ("path", "text"), sample("transcodes", CASES, 10), ids=lambda one: one.stem if isinstance(one, Path) else one
)
def test_a_transcode_is_lossy_born_with_the_place_of_its_cliff(path: Path, text: str, folder: Path) -> None:
    found = transcoded(path, text, folder)
    assert found.verdict == "lossy_born"
    assert 0.5 <= found.confidence <= 0.99
    assert found.doubts[0].at_hz == found.edge_hz
    assert 10_000 < found.edge_hz < 20_600


@pytest.mark.parametrize("path", sample("clean shorts", RECORDINGS, 3), ids=lambda one: one.stem)
def test_the_same_music_that_was_never_lossy_is_not_accused(path: Path, folder: Path) -> None:
    assert survey.survey(short(path, folder).path).measurement.doubts == ()


@pytest.mark.parametrize("text", sample("too good", TOO_GOOD, 1))
def test_the_best_lossy_formats_pass_as_the_documentation_says(text: str, folder: Path) -> None:
    found = transcoded(masters.RECORDINGS[2], text, folder)
    assert found.verdict == "lossless_cd"
