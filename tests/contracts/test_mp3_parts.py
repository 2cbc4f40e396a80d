"""MP3 made in parts beside MP3 made in one pass, by us and by the lame program, on real music."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import decode, encode, formats, heads, plan
from lathe.audio.containers import layer3, mpeg
from lathe.audio.divided import weaving
from lathe.audio.explain import Explain
from lathe.audio.facts import BodyFacts
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Tags
from tests.contracts.audio import music, players
from tests.plugins import programs

MOST_BYTES_MORE = 1.001
MOST_NOISE_MORE_DB = 0.05
NEAR_A_JOIN = 60
STRETCH = 10
"""Frames over which noise beside a join is summed: a quarter of a second, in which a click would stand out."""
MOST_NOISE_MORE_AT_A_JOIN_DB = 0.1
LAME = {"mp3:cbr=128": ["-b", "128"], "mp3:cbr=192": ["-b", "192"], "mp3:cbr=320": ["-b", "320"]}
LAME |= {"mp3:vbr=0": ["-V", "0"], "mp3:vbr=2": ["-V", "2"], "mp3:abr=192": ["--abr", "192"]}
FORMATS = [*LAME]
LOW_RATES = [("mp3:cbr=64", 22_050), ("mp3:vbr=2", 22_050), ("mp3:cbr=96", 24_000), ("mp3:vbr=4", 24_000)]
LOW_RATES += [("mp3:abr=56", 22_050)]
ASKED = {"cbr": "-b", "vbr": "-V", "abr": "--abr"}


@dataclass(frozen=True)
class Case:
    text: str
    path: Path
    source: Source

    @property
    def stream(self) -> mpeg.Stream:
        target = plan.output(formats.parse(self.text), self.source)
        return mpeg.Stream(target.sample_rate_hz, target.channels, target.samples)


@dataclass(frozen=True)
class Made:
    """A body, the file it makes, and the noise in what a player hears of it: shape (samples, channels)."""

    body: bytes
    file: Path
    noise: Pcm


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mp3")


@pytest.fixture(scope="module", params=[*FORMATS, *LOW_RATES], ids=str)
def case(request: pytest.FixtureRequest, folder: Path) -> Case:
    if isinstance(request.param, str):
        return Case(request.param, *music.described(music.GIGUE))
    text, rate_hz = request.param
    return Case(text, *music.resampled(folder, music.RAG, rate_hz, 50, mono=True))


@cache
def wanted(path: Path) -> Pcm:
    music: Pcm = np.concatenate(list(decode.pcm_blocks(path))) / 2**15
    return music


def heard(file: Path, source: Source) -> Pcm:
    program = programs.need("mpg123")
    said = subprocess.run([program, "-q", "-s", "-e", "f32", file], capture_output=True, timeout=60, check=False)
    assert said.stderr == b""
    return np.frombuffer(said.stdout, "<f4").reshape(-1, source.channels)


def made_of(case: Case, folder: Path, body: bytes, facts: BodyFacts, name: str) -> Made:
    file = folder / f"{name}.mp3"
    file.write_bytes(heads.head(formats.parse(case.text), case.source, Tags("x"), None, facts) + body)
    pcm = heard(file, case.source)
    assert len(pcm) == case.source.samples
    return Made(body, file, pcm - wanted(case.path))


@pytest.fixture(scope="module")
def one_pass(case: Case, folder: Path) -> Made:
    fmt = plan.conform(formats.parse(case.text), case.source)
    pieces: list[bytes] = []
    making = encode.single_pass(fmt, case.path, case.source, lambda samples: None)
    while True:
        try:
            pieces.append(next(making))
        except StopIteration as end:
            return made_of(case, folder, b"".join(pieces), end.value, "one")


@pytest.fixture(scope="module")
def account() -> list[Explain]:
    return []


@pytest.fixture(scope="module")
def in_parts(case: Case, folder: Path, account: list[Explain]) -> Made:
    account.clear()
    pieces: list[bytes] = []
    making = encode.encode_body(formats.parse(case.text), case.path, case.source, explain=account.append)
    while True:
        try:
            pieces.append(next(making))
        except StopIteration as end:
            return made_of(case, folder, b"".join(pieces), end.value, "parts")


def decibels(noise: Pcm, music: Pcm) -> float:
    return float(10 * np.log10(np.sum(noise**2) / np.sum(music**2)))


@pytest.mark.needs_program("mpg123", "mp3val", "ffmpeg")
def test_it_is_as_good_and_as_small_as_a_single_pass_and_sound(case: Case, one_pass: Made, in_parts: Made) -> None:
    assert len(in_parts.body) <= MOST_BYTES_MORE * len(one_pass.body)
    size = plan.body_size(formats.parse(case.text), case.source)
    assert not size.exact or len(in_parts.body) == len(one_pass.body) == size.ceiling_bytes
    wanted_pcm = wanted(case.path)
    assert decibels(in_parts.noise, wanted_pcm) <= decibels(one_pass.noise, wanted_pcm) + MOST_NOISE_MORE_DB
    players.is_clean(in_parts.file)


@pytest.mark.needs_program("mpg123")
def test_no_join_is_heard(case: Case, one_pass: Made, in_parts: Made, account: list[Explain]) -> None:
    size = case.stream.frame_samples
    music = wanted(case.path)
    assert len(account[0].joins) == len(account[0].stretches) - 1 > 0
    for join in account[0].joins:
        for start in range(join.unit - NEAR_A_JOIN, join.unit + NEAR_A_JOIN, STRETCH):
            place = slice(start * size, (start + STRETCH) * size)
            worse = decibels(in_parts.noise[place], music[place]) - decibels(one_pass.noise[place], music[place])
            assert worse <= MOST_NOISE_MORE_AT_A_JOIN_DB, f"{worse:.2f} dB more noise in frame {start} and after"


@pytest.mark.needs_program("mpg123", "lame", "flac")
def test_it_is_as_good_and_as_small_as_what_lame_makes(
    case: Case, in_parts: Made, folder: Path, tmp_path: Path
) -> None:
    if case.source.channels == 1:
        options = ["-m", "m", ASKED[case.text[4:7]], case.text[8:]]
        options += ["--resample", str(case.source.sample_rate_hz / 1000)]
    else:
        options = LAME[case.text]
    wav, theirs = tmp_path / "in.wav", tmp_path / "lame.mp3"
    assert players.run("flac", "-s", "-d", "-o", wav, case.path).returncode == 0
    assert players.run("lame", "--quiet", *options, wav, theirs).returncode == 0
    assert in_parts.file.stat().st_size <= MOST_BYTES_MORE * theirs.stat().st_size + 1500
    their_noise = heard(theirs, case.source) - wanted(case.path)
    ours = decibels(in_parts.noise, wanted(case.path))
    assert ours <= decibels(their_noise, wanted(case.path)) + MOST_NOISE_MORE_DB


def frames_of(case: Case, body: bytes) -> list[layer3.Frame]:
    return list(layer3.Reader(layer3.Layout(case.stream)).take(body))


@pytest.mark.parametrize("text", ["mp3:cbr=192", "mp3:vbr=2", "mp3:abr=128"])
def test_where_no_join_fits_the_encoder_before_goes_on_and_every_frame_is_that_of_a_single_pass(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(text, *music.described(music.GIGUE))
    accounts: list[Explain] = []
    monkeypatch.setattr(weaving, "candidates", lambda old, new, stood: [])
    body = b"".join(encode.encode_body(formats.parse(text), case.path, case.source, explain=accounts.append))
    assert {join.way for join in accounts[0].joins} == {"went on"}
    one = b"".join(encode.single_pass(formats.parse(text), case.path, case.source, lambda samples: None))
    ours, theirs = frames_of(case, body), frames_of(case, one)
    assert len(ours) == len(theirs) == case.stream.frames
    assert all(a.data == b.data and a.head[6:] == b.head[6:] for a, b in zip(ours, theirs, strict=True))


def test_frames_laid_out_again_hold_the_same_data(folder: Path) -> None:
    case = Case("mp3:cbr=128", *music.described(music.GIGUE))
    one = b"".join(encode.single_pass(formats.parse(case.text), case.path, case.source, lambda samples: None))
    frames = frames_of(case, one)
    packed = b"".join(map(layer3.pack, frames))
    assert list(layer3.unpack(packed, layer3.Layout(case.stream).head_bytes)) == frames
