"""MPEG audio frames of Layer III and the Info frame before them (ISO/IEC 11172-3, 13818-3; the Xing header and LAME's
extension of it).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

RATES_1 = (44100, 48000, 32000)
RATES_2 = (22050, 24000, 16000)
STEPS_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
STEPS_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
DELAY = 576
"""Samples LAME puts before the music; every decoder adds 529 of its own."""
_FLAGS = 15
"""The header carries frames, bytes, TOC and quality."""
_TAG_BYTES = 156
_CONSTANT, _AVERAGE, _VARIABLE = 1, 2, 4
"""LAME's numbers for what it calls CBR, ABR and its newer VBR."""
_LAME_USUAL = 57
"""The quality in LAME's own tag where no VBR quality is asked for and the algorithm setting is its usual one."""
_JOINT, _MONO = 0x44, 0xC4


@dataclass(frozen=True)
class Stream:
    """What is fixed for one Layer III stream by its rate (hertz), channels (1 or 2) and samples a channel."""

    sample_rate_hz: int
    channels: int
    samples: int

    @property
    def version_1(self) -> bool:
        """Whether this is MPEG-1 (32 kHz and more), not MPEG-2."""
        return self.sample_rate_hz in RATES_1

    @property
    def steps_kbps(self) -> tuple[int, ...]:
        """The bitrates a frame header can name, in the order of their index from 1."""
        return STEPS_1 if self.version_1 else STEPS_2

    @property
    def frame_samples(self) -> int:
        """Samples a frame."""
        return 1152 if self.version_1 else 576

    @property
    def padding(self) -> int:
        """Samples behind the music: up to a whole frame, and at least the 576 that LAME's flush gives."""
        short = self.frame_samples - (self.samples + DELAY) % self.frame_samples
        return short if short >= DELAY else short + self.frame_samples

    @property
    def frames(self) -> int:
        """Number of audio frames, the Info frame not counted."""
        return (DELAY + self.samples + self.padding) // self.frame_samples

    @property
    def side_bytes(self) -> int:
        """Bytes of side information a frame."""
        pair = (32, 17) if self.version_1 else (17, 9)
        return pair[self.channels == 1]

    def bytes_of_first(self, frames: int, kbps: int) -> int:
        """Return the bytes of the first frames at a constant bitrate.

        Frame i is padded where the running remainder of (i * 144000 * kbps) / rate, rounded up, steps on; the first
        frame never is.
        """
        if frames == 0:
            return 0
        per_frame, rest = divmod(self.frame_samples // 8 * kbps * 1000, self.sample_rate_hz)
        return frames * per_frame - (-(frames - 1) * rest // self.sample_rate_hz)


@dataclass(frozen=True)
class Rates:
    """How the frames get their bitrates, in the words of LAME's tag.

    `method` is LAME's number for it; `kbps` the constant bitrate, the average, or the smallest; `quality` runs from 0
    to 100.
    """

    method: int
    kbps: int
    quality: int
    preset: int

    @classmethod
    def constant(cls, kbps: int) -> Rates:
        """Every frame has the same bitrate."""
        return cls(_CONSTANT, kbps, 100, kbps)

    @classmethod
    def average(cls, kbps: int) -> Rates:
        """The bitrate moves about an average."""
        return cls(_AVERAGE, kbps, _LAME_USUAL, kbps)

    @classmethod
    def variable(cls, quality: int, least_kbps: int) -> Rates:
        """The bitrate is what a quality needs, 0 (best) to 9."""
        return cls(_VARIABLE, least_kbps, 100 - 10 * quality, 500 - 10 * quality)


def info_frame(stream: Stream, offsets: Sequence[int], body_bytes: int, rates: Rates) -> bytes:
    """Return the Info frame (Xing where the bitrate is not constant) for a body.

    `offsets` are the 100 byte offsets within the body at each hundredth of its frames. The music CRC stays 0: it would
    need the whole body first.
    """
    constant = rates.method == _CONSTANT
    index = _room(stream, rates.kbps if constant else 64)
    length = stream.frame_samples // 8 * stream.steps_kbps[index - 1] * 1000 // stream.sample_rate_hz
    total = body_bytes + length
    toc = bytes(min(255, 256 * (offset + length) // total) for offset in offsets)
    start = _header(stream, index) + bytes(stream.side_bytes) + (b"Info" if constant else b"Xing")
    counts = struct.pack(">III", _FLAGS, stream.frames, total)
    tag = start + counts + toc + struct.pack(">I", rates.quality) + _extension(stream, total, rates)
    return (tag + crc16(tag).to_bytes(2, "big")).ljust(length, b"\0")


def _header(stream: Stream, index: int) -> bytes:
    rates = RATES_1 if stream.version_1 else RATES_2
    version = 0xFB if stream.version_1 else 0xF3
    return bytes(
        [0xFF, version, index << 4 | rates.index(stream.sample_rate_hz) << 2, _MONO if stream.channels == 1 else _JOINT]
    )


def _room(stream: Stream, kbps: int) -> int:
    """Return the index of the smallest bitrate from `kbps` up whose frame holds the Info tag."""
    needed = 4 + stream.side_bytes + _TAG_BYTES
    sizes = [stream.frame_samples // 8 * step * 1000 // stream.sample_rate_hz for step in stream.steps_kbps]
    return next(index for index, step in enumerate(stream.steps_kbps, 1) if step >= kbps and sizes[index - 1] >= needed)


def _extension(stream: Stream, total: int, rates: Rates) -> bytes:
    """LAME's part of the tag up to its CRC: method, delays, mode, preset, length."""
    rate_code = {44100: 1, 48000: 2}.get(stream.sample_rate_hz, 0)
    delays = (DELAY << 12 | stream.padding).to_bytes(3, "big")
    mode = rate_code << 6 | (3 if stream.channels == 2 else 0) << 2
    gains = bytes(4 + 2 + 2)
    return (
        b"LAME3.100"
        + bytes([rates.method, 0])
        + gains
        + bytes([4, min(255, rates.kbps)])
        + delays
        + bytes([mode, 0])
        + struct.pack(">HIH", rates.preset, total, 0)
    )


def frame_bytes(header: bytes, sample_rate_hz: int) -> int:
    """Return the length of a frame from its four header bytes."""
    steps, factor = (STEPS_1, 144000) if header[1] & 8 else (STEPS_2, 72000)
    return factor * steps[(header[2] >> 4) - 1] // sample_rate_hz + (header[2] >> 1 & 1)


def crc16(data: bytes) -> int:
    """Return CRC-16/ARC, which LAME's tag ends in."""
    crc, table = 0, _crc_table()
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


@cache
def _crc_table() -> tuple[int, ...]:
    def entry(value: int) -> int:
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
        return value

    return tuple(entry(byte) for byte in range(256))
