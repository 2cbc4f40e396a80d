"""Another sample rate, piece by piece: each is resampled alone, so any stretch of the music can be.

A resampler rounds its last bits by all that it has heard. So the music is resampled in pieces of two seconds, each by
a resampler of its own that hears a little before its piece and a little behind. soxr's filters reach some hundreds of
samples far: the pieces fit together to the rounding of 64-bit floats.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from math import gcd
from pathlib import Path

import numpy as np
import soxr

from lathe.audio import decode
from lathe.audio.division import Stretch
from lathe.audio.errors import EncodeError
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source

PIECE_S = 2
BESIDE = 2048
"""Samples of the slower rate, at least, that are heard before a piece and behind it."""


def resampled(path: Path | str, source: Source, target: Source, place: Stretch, kind: np.dtype) -> Iterator[Pcm]:
    """Yield a stretch of the music at `target`'s rate as floats of `kind`, full scale at 1.

    At soxr's very high quality, linear phase. Raises EncodeError where the master's end is heard and it is not where
    `source` says.
    """
    rates = Rates(source.sample_rate_hz, target.sample_rate_hz)
    number = place.start // rates.piece_out
    tape = Tape(_checked(Path(path), source, rates.heard(number).start), rates.heard(number).start)
    left, skip = place.samples, place.start - number * rates.piece_out
    while left:
        size = min(skip + left, rates.piece_out)
        music = real(tape.stretch(rates.heard(number)), source, kind)
        yield from _cut(_piece(rates, number, music, source.channels), skip, size)
        left, skip, number = left - (size - skip), 0, number + 1


class Rates:
    """Two sample rates, in hertz, and how pieces lie in both."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self.from_hz, self.to_hz = from_hz, to_hz
        step = from_hz // gcd(from_hz, to_hz)
        beside = -(-BESIDE * from_hz // min(from_hz, to_hz))
        self._beside = -(-beside // step) * step
        self.piece_out = PIECE_S * to_hz

    def heard(self, number: int) -> Stretch:
        """Return what of the master a piece hears; its start falls on a sample at both rates."""
        start = number * PIECE_S * self.from_hz
        return Stretch(max(0, start - self._beside), start + PIECE_S * self.from_hz + self._beside)

    def run_up(self, number: int) -> int:
        """Return how many samples of what it gives come before its own."""
        return (self._beside if number else 0) * self.to_hz // self.from_hz


class Tape:
    """Music that is read once. Stretches are taken from it in the order of their starts; they may overlap."""

    def __init__(self, blocks: Iterator[Pcm], start: int) -> None:
        self._blocks, self._end = blocks, start
        self._held: deque[tuple[int, Pcm]] = deque()

    def stretch(self, place: Stretch) -> Iterator[Pcm]:
        """Yield the blocks of one stretch, which ends with the music at the latest."""
        while self._held and self._held[0][0] + len(self._held[0][1]) <= place.start:
            self._held.popleft()
        held = list(self._held)
        yield from filter(len, (_within(place, *one) for one in held))
        while self._end < place.stop and (block := next(self._blocks, None)) is not None:
            start, self._end = self._end, self._end + len(block)
            if self._end > place.start:
                self._held.append((start, block))
                yield _within(place, start, block)


def real(blocks: Iterator[Pcm], source: Source, kind: np.dtype) -> Iterator[Pcm]:
    """Yield samples of the master as floats, full scale at 1; 24 bits fit into 32-bit floats exactly."""
    scale = kind.type(2.0 ** (1 - source.bits))
    return (block.astype(kind) * scale for block in blocks)


def _within(place: Stretch, start: int, block: Pcm) -> Pcm:
    return block[max(0, place.start - start) : max(0, place.stop - start)]


def _piece(rates: Rates, number: int, music: Iterator[Pcm], channels: int) -> Iterator[Pcm]:
    """Yield a piece and what comes behind it; silence without end behind the end of the music, whose last sample soxr
    may round away.
    """
    kind = np.dtype(np.float32)
    skip, resampler = rates.run_up(number), None
    for block in music:
        if resampler is None:
            kind = block.dtype
            resampler = soxr.ResampleStream(rates.from_hz, rates.to_hz, channels, dtype=kind.name, quality="VHQ")
        made = resampler.resample_chunk(block)
        yield made[skip:]
        skip -= min(skip, len(made))
    if resampler is not None:
        yield resampler.resample_chunk(np.empty((0, channels), kind), last=True)[skip:]
    while True:
        yield np.zeros((1, channels), kind)


def _cut(blocks: Iterator[Pcm], start: int, stop: int) -> Iterator[Pcm]:
    """Yield samples [start, stop) of what the blocks hold."""
    place = 0
    for block in blocks:
        if len(found := block[max(0, start - place) : max(0, stop - place)]):
            yield found
        place += len(block)
        if place >= stop:
            return


def _checked(file: Path, source: Source, start: int) -> Iterator[Pcm]:
    """Yield the master from a sample on. Raises EncodeError where it has not the length that was described."""
    heard = start
    for block in decode.described(file, source, start=start, block=decode.STEP):
        heard += len(block)
        if heard > source.samples:
            break
        yield block
    if heard != source.samples:
        raise EncodeError(
            f"{file.name} gave {'more' if heard > source.samples else heard} samples where {source.samples} were due: "
            "it is not the master that was described."
        )
