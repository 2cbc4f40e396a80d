"""WAV beyond four gigabytes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from lathe.audio import formats, heads
from lathe.audio.containers import riff
from lathe.audio.source import Source
from lathe.audio.tags import Tags
from tests.contracts.audio import players

WAV = formats.parse("wav")
LONG = Source(192_000, 24, 2, 800_000_000)
TAGS = Tags("Long")


def test_a_long_wav_states_its_lengths_in_64_bits() -> None:
    head = heads.head(WAV, LONG, TAGS, None)
    whole = heads.file_size(WAV, LONG, TAGS, None)
    assert head[:20] == b"RF64\xff\xff\xff\xffWAVEds64" + struct.pack("<I", 28)
    assert struct.unpack_from("<QQQI", head, 20) == ((whole or 0) - 8, LONG.pcm_bytes, LONG.samples, 0)
    assert head[-8:] == b"data\xff\xff\xff\xff"


def test_the_last_wav_that_fits_is_a_plain_one() -> None:
    pcm = Source(44_100, 16, 1, 1_000_000)
    room = riff.LARGEST - (4 + 24 + 8 + pcm.pcm_bytes)
    assert riff.header(pcm, room)[:8] == b"RIFF" + struct.pack("<I", riff.LARGEST)
    assert riff.header(pcm, room + 1)[:4] == b"RF64"


@pytest.mark.needs_program("ffprobe")
def test_players_know_the_length_of_a_long_wav(tmp_path: Path) -> None:
    path, head = tmp_path / "long.wav", heads.head(WAV, LONG, TAGS, None)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + LONG.pcm_bytes)
        file.seek(0, 2)
        file.write(heads.tail(WAV, LONG, TAGS, None))
    stream = players.stated(path)
    assert float(stream["duration"]) == pytest.approx(LONG.duration_s)
    assert int(stream["sample_rate"]) == 192_000
