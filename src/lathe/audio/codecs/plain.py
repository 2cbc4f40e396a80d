"""What the codecs of plain samples share: WAV and AIFF differ in the order of bytes and in what stands around them."""

from __future__ import annotations

from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodySize, DeliveryClass, Option, WholeBody
from lathe.audio.divided.samples import Parts
from lathe.audio.division import Division
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm, packed, swapped
from lathe.audio.source import Source


class PlainSamples(WholeBody):
    """Samples as they are, of 16 or 24 bits or as 32-bit floats; `big` where the most significant byte goes first."""

    title: str
    big: bool
    lossless = True
    floats = False
    options: tuple[Option, ...] = (settle.BITS_OR_FLOAT, settle.RATE)

    def conform(self, fmt: Format, source: Source) -> Format:
        return settle.conform(fmt, source)

    def output(self, fmt: Format, source: Source) -> Source:
        return settle.output(fmt, source)

    def label(self, fmt: Format, source: Source | None) -> str:
        return settle.label(self.title, fmt, source)

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        return "A"

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        size = self.output(fmt, source).pcm_bytes
        return BodySize(True, size, size)

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        pcm = self.output(fmt, source)
        return pcm.sample_rate_hz * pcm.channels * pcm.bits

    def encoder(self, fmt: Format, source: Source) -> Samples:
        return Samples(self.output(fmt, source).bits, self.big)

    def division(self, fmt: Format, source: Source) -> Division:
        """Divide anywhere."""
        return Parts(self.output(fmt, source), self.big)


class Samples:
    """The encoder that only packs samples."""

    def __init__(self, bits: int, big: bool) -> None:
        self._bits, self._big = bits, big

    def feed(self, block: Pcm) -> bytes:
        data = packed(block, self._bits)
        return swapped(data, self._bits) if self._big else data

    def finish(self) -> bytes:
        return b""

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256)
