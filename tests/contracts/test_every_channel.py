"""From mono to 7.1, every channel of a lossy file sounds where it sounded in the master, or the order is refused in
plain words.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lathe.audio import decode, encode, formats, heads, plan
from lathe.audio.codecs import CODECS
from lathe.audio.errors import FormatError
from lathe.audio.layouts import LAYOUTS
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Tags
from tests.contracts.audio import masters, players

RATE_HZ = 48_000
LOSSY = [name for name, codec in CODECS.items() if not codec.lossless]
ORDERS = [CODECS[name].trials[0] for name in LOSSY] + ["opus:256,mode=hard", "aac:256,coder=fast"]
FIRST_HZ, STEP_HZ = 40, 8
"""One tone for each channel, low enough for the channel of low frequencies."""


def tones(channels: int) -> Pcm:
    """A second in which channel n sounds at 40 + 8n Hz."""
    time = np.arange(RATE_HZ)[:, None] / RATE_HZ
    hertz = FIRST_HZ + STEP_HZ * np.arange(channels)[None, :]
    return np.rint(0.5 * 2**15 * np.sin(2 * np.pi * hertz * time)).astype(np.int16)


def loudest_hz(sound: Pcm) -> list[int]:
    """The loudest tone of each channel; a second of sound has a line each hertz."""
    return [int(line) for line in np.argmax(np.abs(np.fft.rfft(sound, axis=0)), axis=0)]


def refusal(text: str, channels: int) -> str:
    """What the order is told where it cannot be; nothing where it can."""
    try:
        plan.conform(formats.parse(text), Source(RATE_HZ, 24, channels, RATE_HZ))
    except FormatError as error:
        return str(error)
    return ""


CASES = [(text, channels) for text in ORDERS for channels in LAYOUTS if not refusal(text, channels)]


@pytest.mark.needs_program("mp3val", "mpg123", "ffmpeg", "opusinfo", "oggz-validate", "ogginfo", "AtomicParsley")
@pytest.mark.parametrize(("text", "channels"), CASES)
def test_every_channel_sounds_where_it_sounded(text: str, channels: int, tmp_path: Path) -> None:
    path = masters.write(tmp_path / "tones.flac", tones(channels), RATE_HZ, 16)
    source, fmt = decode.verify(path), formats.parse(text)
    pieces: list[bytes] = []
    facts = encode.write_body(pieces.append, fmt, path, source)
    size, body = plan.body_size(fmt, source), b"".join(pieces)
    assert len(body) == size.ceiling_bytes if size.exact else len(body) <= size.ceiling_bytes
    head, tail = heads.head(fmt, source, Tags("x"), None, facts), heads.tail(fmt, source, Tags("x"), None)
    file = tmp_path / f"file.{CODECS[fmt.codec].extension}"
    file.write_bytes(head + body + tail)
    players.is_clean(file)
    heard = np.frombuffer(players.ffmpeg_pcm(file, 16), "<i2").reshape(-1, channels)
    assert len(heard) > RATE_HZ if file.suffix in players.SILENCE_LEFT_BY_FFMPEG else len(heard) == RATE_HZ
    assert loudest_hz(heard[:RATE_HZ]) == [FIRST_HZ + STEP_HZ * channel for channel in range(channels)]


REFUSED: dict[str, set[int]] = {"mp3": {3, 4, 5, 6, 7, 8}, "aac": {4, 7}, "opus": set(), "vorbis": set()}


@pytest.mark.parametrize("name", REFUSED)
def test_these_layouts_alone_are_refused_and_the_words_name_what_is_possible(name: str) -> None:
    said = {channels: refusal(CODECS[name].trials[0], channels) for channels in LAYOUTS}
    assert {channels for channels, words in said.items() if words} == REFUSED[name]
    for channels, words in said.items():
        assert not words or f"this master has {channels}. Order " in words
