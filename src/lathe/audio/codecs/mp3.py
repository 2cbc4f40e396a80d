"""MP3 by LAME, with an Info frame of our own for gapless play."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np

from lathe.audio import lame
from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodySize, DeliveryClass, Option, WholeBody
from lathe.audio.containers import id3, mpeg
from lathe.audio.divided.mp3 import Parts
from lathe.audio.division import Division
from lathe.audio.errors import EncodeError, FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

CBR = Option(
    "cbr",
    "steps",
    "The same bitrate throughout. 320 is the most MP3 can do.",
    values=mpeg.STEPS_1,
    default=320,
    unit="kbps",
    modes=("cbr",),
)
VBR = Option(
    "vbr",
    "range",
    "Bitrate as the music needs it, from 0 (best) to 9 (smallest).",
    minimum=0,
    maximum=9,
    default=0,
    modes=("vbr",),
)
ABR = Option(
    "abr",
    "range",
    "Bitrate as the music needs it, around this average.",
    minimum=32,
    maximum=310,
    default=192,
    unit="kbps",
    modes=("abr",),
)
RATES = (*mpeg.RATES_1, *mpeg.RATES_2)
MOST_MPEG_2_KBPS = 160
MOST_OF_AVERAGE = Fraction(109, 40)
"""How far above its average a frame can come: LAME adds one and a half averages at most, and 9 % where it shapes the
noise.
"""
RESERVOIR_BYTES = 511
"""What may stand empty at the end of a body."""
TYPICAL_VBR_KBPS = (245, 225, 190, 175, 165, 130, 115, 100, 85, 65)


class Mp3(WholeBody):
    """MP3 of one or two channels at 16 to 48 kHz; higher masters are resampled, by a whole ratio where there is one."""

    name = "mp3"
    title = "MP3"
    extension = "mp3"
    media_type = "audio/mpeg"
    lossless = False
    floats = False
    options: tuple[Option, ...] = (CBR, VBR, ABR)
    sentence = "Plays on everything ever made."
    trials: tuple[str, ...] = ("mp3:cbr=320", "mp3:vbr=0", "mp3:abr=192")

    def conform(self, fmt: Format, source: Source) -> Format:
        """Refuse more than two channels and rates under 16 kHz; below 32 kHz MP3 knows no more than 160 kbps."""
        settle.refuse_surround(self.title, source)
        low = self._rate(source) in mpeg.RATES_2
        for name in ("cbr", "abr") if low else ():
            if fmt.number(name, 0) > MOST_MPEG_2_KBPS:
                return Format(self.name, ((name, MOST_MPEG_2_KBPS),))
        return fmt

    def output(self, fmt: Format, source: Source) -> Source:
        rate = self._rate(source)
        return replace(source, sample_rate_hz=rate, bits=16, samples=settle.resampled(source, rate), pcm_md5=None)

    def label(self, fmt: Format, source: Source | None) -> str:
        if fmt.option("vbr") is not None:
            return f"MP3 V{fmt.option('vbr')}"
        return f"MP3 {fmt.option('cbr')}" if fmt.option("cbr") else f"MP3 ABR {fmt.option('abr')}"

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        """A for CBR; C for the others, whose Info frame has a table of contents."""
        return "C" if fmt.option("cbr") is None else "A"

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        """Exact for CBR. The ceiling of VBR has every frame at the highest bitrate, that of ABR at the most LAME lets
        it come above the average.
        """
        stream, kbps = self._stream(fmt, source), fmt.option("cbr")
        if kbps is not None:
            size = stream.bytes_of_first(stream.frames, int(kbps))
            return BodySize(True, size, size)
        most, average = stream.steps_kbps[-1], fmt.option("abr")
        if average is not None:
            most = min(most, ceil(MOST_OF_AVERAGE * int(average)))
        ceiling = stream.bytes_of_first(stream.frames, most) + stream.frames + RESERVOIR_BYTES
        estimate = self.bitrate_bps(fmt, source) * stream.frames * stream.frame_samples // (8 * stream.sample_rate_hz)
        return BodySize(False, ceiling, min(ceiling, estimate))

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        kbps = fmt.option("cbr") or fmt.option("abr")
        if kbps is not None:
            return int(kbps) * 1000
        stereo = TYPICAL_VBR_KBPS[fmt.number("vbr", 0)] * 1000
        return stereo if source.channels == 2 else stereo * 6 // 10

    def encoder(self, fmt: Format, source: Source) -> Lame:
        return Lame(fmt, self._stream(fmt, source))

    def division(self, fmt: Format, source: Source) -> Division:
        """Divide between frames, and lead the bit reservoir through the joins."""
        return Parts(fmt, self._stream(fmt, source))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return an ID3v2.4 tag and the Info frame."""
        stream, kbps = self._stream(fmt, source), fmt.option("cbr")
        if kbps is not None:
            size, kbps = self.body_size(fmt, source).ceiling_bytes, int(kbps)
            places = [stream.bytes_of_first(part * stream.frames // 100, kbps) for part in range(100)]
            return id3.tag(tags, cover) + mpeg.info_frame(stream, places, size, mpeg.Rates.constant(kbps))
        if facts is None:
            raise FormatError(f"The head of {fmt} needs the facts of its body; encode it first.")
        if fmt.option("abr") is not None:
            rates = mpeg.Rates.average(fmt.number("abr", 0))
        else:
            rates = mpeg.Rates.variable(fmt.number("vbr", 0), stream.steps_kbps[0])
        return id3.tag(tags, cover) + mpeg.info_frame(stream, facts.toc, facts.size_bytes, rates)

    def _rate(self, source: Source) -> int:
        return settle.nearest_rate(self.title, RATES, source.sample_rate_hz)

    def _stream(self, fmt: Format, source: Source) -> mpeg.Stream:
        pcm = self.output(fmt, source)
        return mpeg.Stream(pcm.sample_rate_hz, pcm.channels, pcm.samples)


class Lame:
    """LAME through lameenc. Its own tag frame is not written by this binding; the frames are what a body is made of."""

    def __init__(self, fmt: Format, stream: mpeg.Stream) -> None:
        self._fmt, self._stream = fmt, stream
        self._frames: list[int] = []
        self._rest = b""
        self._end = 0
        self._lame = lame.encoder(fmt, stream)

    def feed(self, block: Pcm) -> bytes:
        return self._count(bytes(self._lame.encode(np.ascontiguousarray(block, dtype="<i2").tobytes())))

    def finish(self) -> bytes:
        """Flush, and check that LAME made as many frames as the head says."""
        last = self._count(bytes(self._lame.flush()))
        if len(self._frames) != self._stream.frames or self._rest:
            raise EncodeError(
                f"LAME made {len(self._frames)} frames of {self._fmt} where {self._stream.frames} were due."
            )
        return last

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        if self._fmt.option("cbr") is not None:
            return BodyFacts(size_bytes, sha256)
        total = len(self._frames)
        return BodyFacts(size_bytes, sha256, toc=tuple(self._frames[part * total // 100] for part in range(100)))

    def _count(self, data: bytes) -> bytes:
        """Note where frames start; LAME may hand out parts of a frame."""
        pending, place = self._rest + data, 0
        while len(pending) - place >= 4:
            size = mpeg.frame_bytes(pending[place : place + 4], self._stream.sample_rate_hz)
            if place + size > len(pending):
                break
            self._frames.append(self._end)
            self._end += size
            place += size
        self._rest = pending[place:]
        return data
