"""MP3 frames and the Info frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from lathe.audio import decode, encode, formats, heads
from lathe.audio.containers import mpeg
from lathe.audio.tags import Tags
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master


def test_the_checksum_is_crc_16_arc() -> None:
    assert mpeg.crc16(b"123456789") == 0xBB3D


@pytest.mark.parametrize("samples", [1, 575, 576, 577, 1151, 1152, 1153, 44_100, 10_000_019])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 32_000, 22_050, 24_000, 16_000])
def test_delay_music_and_padding_fill_whole_frames(samples: int, rate_hz: int) -> None:
    stream = mpeg.Stream(rate_hz, 2, samples)
    assert mpeg.DELAY + samples + stream.padding == stream.frames * stream.frame_samples
    assert 576 <= stream.padding < stream.frame_samples + 576


def frames_of(body: bytes, rate_hz: int) -> list[int]:
    places, place = [], 0
    while place < len(body):
        places.append(place)
        place += mpeg.frame_bytes(body[place : place + 4], rate_hz)
    assert place == len(body)
    return places


@pytest.mark.parametrize("text", ["mp3:cbr=32", "mp3:cbr=128", "mp3:cbr=320", "mp3:vbr=4", "mp3:abr=80"])
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 22_050])
def test_the_info_frame_tells_the_truth(tmp_path: Path, text: str, rate_hz: int) -> None:
    path = masters.make(tmp_path, Master("any", rate_hz=rate_hz, samples=rate_hz + 7, channels=1 + rate_hz % 2))
    source, fmt = decode.verify(path), formats.parse(text)
    pieces: list[bytes] = []
    facts = encode.write_body(pieces.append, fmt, path, source)
    body = b"".join(pieces)
    places = frames_of(body, rate_hz)
    whole = heads.head(fmt, source, Tags("x"), None, facts)
    frame = whole[whole.index(b"\xff", max(0, len(whole) - 1500)) :]
    mark = frame.index(b"Info" if "cbr" in text else b"Xing")
    flags, count, size = (int.from_bytes(frame[mark + at : mark + at + 4], "big") for at in (4, 8, 12))
    assert (flags, count, size) == (15, len(places), len(body) + len(frame))
    least = 8 if rate_hz < 32_000 else 32
    toc = frame[mark + 16 : mark + 116]
    truth = [(places[part * count // 100] + len(frame)) * 256 // size for part in range(100)]
    assert list(toc) == truth
    lame = frame[mark + 120 :]
    assert lame[:9] == b"LAME3.100"
    kbps = 160 if least == 8 and text == "mp3:cbr=320" else min(255, int(text[8:]))
    assert (lame[9], lame[20]) == {"cbr": (1, kbps), "vbr": (4, least), "abr": (2, kbps)}[text[4:7]]
    delays = int.from_bytes(lame[21:24], "big")
    assert (delays >> 12, delays & 0xFFF) == (
        576,
        len(places) * 1152 // (1 + (rate_hz < 32_000)) - 576 - source.samples,
    )
    assert int.from_bytes(lame[34:36], "big") == mpeg.crc16(frame[: mark + 120 + 34])
    assert len(frame) == mpeg.frame_bytes(frame[:4], rate_hz)
