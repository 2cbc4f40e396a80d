"""What a proof finds out about a finished file, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lathe.audio import decode, encode, formats, heads, plan, prove
from lathe.audio.errors import ProofError
from lathe.audio.prove import Promise
from lathe.audio.tags import Tags
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master

TAGS = Tags("Lent", album="Gymnopédies")


def cut(folder: Path, text: str, master: Master) -> tuple[Path, Promise]:
    path = masters.make(folder, master)
    source = decode.verify(path)
    fmt = plan.conform(formats.parse(text), source)
    pieces: list[bytes] = []
    facts = encode.write_body(pieces.append, fmt, path, source)
    file = folder / "cut.bin"
    head = heads.head(fmt, source, TAGS, None, facts)
    stitcher = heads.stitcher(fmt, head, facts)
    file.write_bytes(head + stitcher.feed(b"".join(pieces)) + stitcher.finish() + heads.tail(fmt, source, TAGS, None))
    return file, Promise(fmt, path, source, TAGS, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flac", "those of the master, bit for bit"),
        ("wavpack:bits=16", "the master converted to 16 bits at 96000 Hz, bit for bit"),
        ("aiff:bits=32f,rate=48000", "the master converted to 32-bit floats at 48000 Hz, bit for bit"),
        ("mp3:vbr=5", "exactly 50002 samples, as many as the master has at 48000 Hz"),
        ("wma:96", "the 50002 samples of the music and"),
    ],
)
def test_a_sound_file_is_proved_in_words(text: str, words: str, tmp_path: Path) -> None:
    file, promise = cut(tmp_path, text, Master("hires", rate_hz=96_000, bits=24, samples=100_003))
    head, tags, music = prove.prove(file, promise)
    assert "reads back" in head
    assert tags == "Its tags read back: 'Lent', without a cover."
    assert words in music


@pytest.mark.parametrize("text", ["wavpack", "aiff", "flac"])
def test_eight_channels_are_proved(text: str, tmp_path: Path) -> None:
    file, promise = cut(tmp_path, text, Master("eight", bits=24, channels=8, samples=10_007))
    assert "bit for bit" in prove.prove(file, promise)[2]


def test_what_is_too_short_for_ffmpeg_is_said_to_be_unproved(tmp_path: Path) -> None:
    file, promise = cut(tmp_path, "aac:64", Master("click", samples=300))
    assert "was not proved" in prove.prove(file, promise)[2]


def test_music_that_is_not_the_masters_is_refused(tmp_path: Path) -> None:
    file, promise = cut(tmp_path, "wav", Master("cd", samples=5000))
    data = bytearray(file.read_bytes())
    data[2000] ^= 1
    file.write_bytes(data)
    with pytest.raises(ProofError, match="MD5"):
        prove.prove(file, promise)


def test_a_lossy_file_that_is_a_frame_short_is_refused(tmp_path: Path) -> None:
    file, promise = cut(tmp_path, "mp3:cbr=128", Master("cd", samples=50_000))
    short = replace(promise, source=replace(promise.source, samples=48_000, pcm_md5=None))
    with pytest.raises(ProofError, match="50000 samples where 48000 were due"):
        prove.prove(file, short)


def test_other_words_or_another_rate_are_refused(tmp_path: Path) -> None:
    file, promise = cut(tmp_path, "flac", Master("cd", samples=5000))
    with pytest.raises(ProofError, match="title"):
        prove.prove(file, replace(promise, tags=Tags("Other")))
    with pytest.raises(ProofError, match="44100 Hz and 2 channels where 48000 Hz"):
        prove.prove(file, replace(promise, source=replace(promise.source, sample_rate_hz=48_000)))


def test_what_is_no_music_is_refused(tmp_path: Path) -> None:
    file, promise = cut(tmp_path, "flac", Master("cd", samples=5000))
    file.write_bytes(b"nothing here")
    with pytest.raises(ProofError, match="cannot be decoded"):
        prove.prove(file, promise)
