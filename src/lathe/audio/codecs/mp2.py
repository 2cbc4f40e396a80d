"""MP2 (MPEG audio, Layer II) by FFmpeg's encoder (ISO/IEC 11172-3 and 13818-3)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodySize, DeliveryClass, Option, WholeBody
from lathe.audio.containers import id3
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BodyFacts
from lathe.audio.libav import Encoder
from lathe.audio.order import UNNAMED, Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

FRAME = 1152
DELAY = 481
"""Samples by which encoder and decoder together set the music back; the format has no place to say so."""
LEAST_FRAMES = 4
"""Players do not take fewer for music; a shorter track gets silence behind it."""
RATES_1, RATES_2 = (48000, 44100, 32000), (24000, 22050, 16000)
MOST_MPEG_2_KBPS, MOST_MONO_KBPS = 160, 192
"""The highest bitrates of low rates, and of one channel above them (ISO/IEC 11172-3, section 2.4.2.3)."""

KBPS = Option(
    UNNAMED,
    "steps",
    "The same bitrate throughout. 192 is what digital radio began with, 256 is very good.",
    values=(64, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    default=256,
    unit="kbps",
    required=True,
    modes=("cbr",),
)


class Mp2(WholeBody):
    """MP2 of one or two channels at 16 to 48 kHz; higher masters are resampled, by a whole ratio where there is one."""

    name = "mp2"
    title = "MP2"
    extension = "mp2"
    media_type = "audio/mpeg"
    lossless = False
    floats = False
    gapless = False
    for_old_players = True
    options: tuple[Option, ...] = (KBPS,)
    sentence = (
        "For radio equipment and players from before MP3. It cannot play on without a gap: a hundredth of a second of "
        "silence stands before the music, and a little behind it."
    )
    trials: tuple[str, ...] = ("mp2:256",)

    def conform(self, fmt: Format, source: Source) -> Format:
        """Refuse more than two channels and rates under 16 kHz; a bitrate beyond what the standard has for such music
        becomes the highest it has.
        """
        settle.refuse_surround(self.title, source)
        rate, most = self._rate(source), KBPS.values[-1]
        if rate in RATES_2:
            most = MOST_MPEG_2_KBPS
        elif source.channels == 1:
            most = MOST_MONO_KBPS
        return Format(self.name, ((UNNAMED, min(_kbps(fmt), int(most))),))

    def output(self, fmt: Format, source: Source) -> Source:
        rate = self._rate(source)
        return replace(source, sample_rate_hz=rate, bits=16, samples=settle.resampled(source, rate), pcm_md5=None)

    def label(self, fmt: Format, source: Source | None) -> str:
        return f"MP2 {_kbps(fmt)}"

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        return "A"

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        size = _bytes(_kbps(fmt), self.output(fmt, source))
        return BodySize(True, size, size)

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        return _kbps(fmt) * 1000

    def encoder(self, fmt: Format, source: Source) -> Frames:
        return Frames(fmt, self.output(fmt, source))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return an ID3v2.4 tag."""
        return id3.tag(tags, cover)

    def _rate(self, source: Source) -> int:
        return settle.nearest_rate(self.title, (*RATES_1, *RATES_2), source.sample_rate_hz)


class Frames:
    """FFmpeg's MP2 encoder, frame by frame, with so much silence at the end that the music comes out whole."""

    def __init__(self, fmt: Format, pcm: Source) -> None:
        self._fmt, self._pcm, self._made = fmt, pcm, 0
        self._encoder = Encoder("mp2", pcm, "s16", {}, _kbps(fmt) * 1000)

    def feed(self, block: Pcm) -> bytes:
        return self._take(self._encoder.feed(block))

    def finish(self) -> bytes:
        """Flush, and check that there are as many bytes as were promised."""
        silence = np.zeros((_frames(self._pcm) * FRAME - self._pcm.samples, self._pcm.channels), np.int16)
        last = self._take(self._encoder.feed(silence)) + self._take(self._encoder.finish())
        due = _bytes(_kbps(self._fmt), self._pcm)
        if self._made != due:
            raise EncodeError(
                f"The encoder made {self._made} bytes of {self._fmt} where {due} were due; install the pinned PyAV."
            )
        return last

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256)

    def _take(self, packets: list[bytes]) -> bytes:
        self._made += sum(map(len, packets))
        return b"".join(packets)


def _kbps(fmt: Format) -> int:
    return fmt.number(UNNAMED, 256)


def _frames(pcm: Source) -> int:
    return max(LEAST_FRAMES, -(-(pcm.samples + DELAY) // FRAME))


def _bytes(kbps: int, pcm: Source) -> int:
    """Return the bytes of all frames.

    A frame is a byte longer where the sum of the fractions steps on. FFmpeg keeps the fraction in 1/65536, cut off from
    a 32-bit float; so does this.
    """
    exact = float(np.float32(kbps * 1000 * FRAME / (8 * pcm.sample_rate_hz)))
    step, frames = int((exact - int(exact)) * 65536), _frames(pcm)
    return frames * int(exact) + (frames * step >> 16)
