"""Plain samples in parts: they are cut anywhere."""

from __future__ import annotations

from itertools import pairwise

from lathe.audio.division import Again, Join, Stretch, grid
from lathe.audio.facts import BodyFacts, Mark
from lathe.audio.pcm import Pcm, packed, swapped
from lathe.audio.source import Source

FIRST_PART, LATER_PARTS = 2**16, 2**20
"""Samples a part: a second and a half at 44.1 kHz, then twenty-four."""


class Parts:
    """The division of a body of plain samples. The parts hold them little-endian; binding turns them where `big`."""

    plain = True
    proves = False

    def __init__(self, pcm: Source, big: bool) -> None:
        self._bits, self._frame_bytes = pcm.bits, pcm.channels * (pcm.bits // 8)
        self._swap_bits = pcm.bits if big else 0
        starts = grid(pcm.samples, FIRST_PART, LATER_PARTS, LATER_PARTS // 4)
        self.stretches = [Stretch(*pair) for pair in pairwise([*starts, pcm.samples])]

    def encoder(self, stretch: Stretch) -> PartSamples:
        return PartSamples(self._bits)

    def binder(self, again: Again) -> SampleBinder:
        return SampleBinder(self.foreseen(), self._swap_bits)

    def resumed(self, mark: Mark, again: Again) -> SampleBinder:
        return SampleBinder(self.foreseen()[mark.part :], self._swap_bits)

    def foreseen(self) -> list[Mark]:
        """Return a mark for each part: every sample has its place."""
        starts = [place.start for place in self.stretches]
        return [Mark(part, start, start * self._frame_bytes) for part, start in enumerate(starts)]


class PartSamples:
    """Packs the samples of a part."""

    def __init__(self, bits: int) -> None:
        self._bits = bits

    def feed(self, block: Pcm) -> bytes:
        return packed(block, self._bits)

    def finish(self) -> bytes:
        return b""


class SampleBinder:
    """Puts the samples of the parts one behind the other; `swap_bits` of each are turned, 0 for none."""

    def __init__(self, marks: list[Mark], swap_bits: int) -> None:
        self.joins: list[Join] = []
        self.marks = marks
        self._swap_bits = swap_bits

    def lay(self, data: bytes) -> bytes:
        return swapped(data, self._swap_bits) if self._swap_bits else data

    def close_part(self) -> bytes:
        for mark in self.marks[len(self.joins) + 1 :][:1]:
            self.joins.append(Join(mark.part, mark.unit, "cut"))
        return b""

    def finish(self) -> bytes:
        return b""

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256)
