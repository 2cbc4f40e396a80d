"""What codecs of lossless packets share: FLAC, ALAC, WavPack and TTA differ in little but their packets and heads."""

from __future__ import annotations

from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodySize, WholeBody
from lathe.audio.divided.packets import Parts
from lathe.audio.division import Division
from lathe.audio.order import Format
from lathe.audio.packets import Packing, Whole
from lathe.audio.source import Source


class LosslessPackets(WholeBody):
    """A codec whose packets stand alone. It states `title` and how its packets are made."""

    title: str
    lossless = True
    floats = False
    beside_flac = 1.0
    """How large a file is beside a FLAC at its best."""

    def packing(self, fmt: Format, source: Source) -> Packing:
        """Return how the packets of a conformed format are made."""
        raise NotImplementedError

    def conform(self, fmt: Format, source: Source) -> Format:
        return settle.conform(fmt, source)

    def output(self, fmt: Format, source: Source) -> Source:
        return settle.output(fmt, source)

    def label(self, fmt: Format, source: Source | None) -> str:
        return settle.label(self.title, fmt, source)

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        ceiling, pcm = self.packing(fmt, source).ceiling_bytes, self.output(fmt, source)
        return BodySize(False, ceiling, min(ceiling, round(pcm.pcm_bytes * self._share(pcm))))

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        pcm = self.output(fmt, source)
        return round(pcm.sample_rate_hz * pcm.channels * pcm.bits * self._share(pcm))

    def encoder(self, fmt: Format, source: Source) -> Whole:
        return Whole(self.packing(fmt, source))

    def division(self, fmt: Format, source: Source) -> Division:
        """Divide between packets."""
        return Parts(self.packing(fmt, source))

    def _share(self, pcm: Source) -> float:
        return settle.typical_share(pcm) * self.beside_flac
