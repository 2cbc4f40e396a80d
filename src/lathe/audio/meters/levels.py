"""Peak, offset, clipping, used bits and the envelope: what plain arithmetic tells of the samples."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from lathe.audio.meters.stretch import Stretch
from lathe.audio.source import Source

SILENCE_DB = -200.0
"""Stands for the level of digital silence, whose logarithm has no end."""
BINS = 1400


def decibels(share: float) -> float:
    """Return a share of full scale in decibels, rounded to hundredths; digital silence is -200."""
    return round(20 * math.log10(share), 2) if share > 0 else SILENCE_DB


class Levels:
    """Sample peak, DC offset, clipped samples and bits in use."""

    def __init__(self, source: Source) -> None:
        self._bits = source.bits
        self._full = 2 ** (source.bits - 1)
        self._peak = 0
        self._sum = np.zeros(source.channels)
        self._samples = 0
        self._union = 0
        self._before = np.zeros((2, source.channels), bool)
        self._ran = np.zeros((1, source.channels), bool)
        self.clipped_samples = 0

    def feed(self, stretch: Stretch) -> None:
        """Take the next stretch."""
        block = stretch.pcm
        highest, lowest = int(block.max()), int(block.min())
        self._peak = max(self._peak, highest, -lowest)
        self._sum += stretch.planes.sum(axis=1, dtype=np.float64)
        self._samples += len(block)
        self._union |= int(np.bitwise_or.reduce(block, axis=None))
        if highest >= self._full - 1 or lowest <= -self._full:
            self._count_clipped((block >= self._full - 1) | (block <= -self._full))
        else:
            self._before[:], self._ran[:] = False, False

    def _count_clipped(self, full: npt.NDArray[np.bool_]) -> None:
        """Count samples at full scale in runs of three and more: a run of n shows as n - 2 triples and one start."""
        joined = np.concatenate((self._before, full))
        triples = joined[:-2] & joined[1:-1] & joined[2:]
        starts = triples & ~np.concatenate((self._ran, triples[:-1]))
        self.clipped_samples += int(triples.sum()) + 2 * int(starts.sum())
        self._before, self._ran = joined[-2:].copy(), triples[-1:].copy()

    @property
    def peak(self) -> float:
        """The largest sample as a share of full scale."""
        return float(self._peak / self._full)

    @property
    def dc_offset(self) -> float:
        """The mean of the channel that is furthest off zero, as a share of full scale."""
        means = self._sum / max(1, self._samples) / self._full
        return round(float(means[np.argmax(np.abs(means))]), 7)

    @property
    def bits_used(self) -> float:
        """The bits that are ever set, counted from the top; 0 for digital silence."""
        if self._union == 0:
            return 0.0
        return float(self._bits - ((self._union & -self._union).bit_length() - 1))


class Envelope:
    """Root mean square and highest sample over all channels in 1400 equal stretches of the track."""

    def __init__(self, source: Source) -> None:
        self._full = 2 ** (source.bits - 1)
        self._peaks = np.zeros(BINS)
        self._edges = np.arange(BINS + 1) * source.samples // BINS
        self._energy = np.zeros(BINS)
        self._place = 0

    def feed(self, stretch: Stretch) -> None:
        """Take the next stretch."""
        energy = np.einsum("cs,cs->s", stretch.planes, stretch.planes)
        stop = self._place + len(energy)
        first = max(0, int(np.searchsorted(self._edges[:-1], self._place, side="right")) - 1) if self._place else 0
        last = int(np.searchsorted(self._edges[:-1], stop, side="left"))
        starts = np.maximum(self._edges[first:last] - self._place, 0)
        if last > first:
            self._energy[first:last] += np.add.reduceat(energy, starts, dtype=np.float64)
            highest = np.maximum.reduceat(stretch.planes, starts, axis=1)
            lowest = np.minimum.reduceat(stretch.planes, starts, axis=1)
            peaks = np.maximum(highest, -lowest).max(axis=0)
            self._peaks[first:last] = np.maximum(self._peaks[first:last], peaks)
        self._place = stop

    def values(self) -> tuple[int, ...]:
        """Return one figure a stretch, 0 to 255; the loudest is 255, and digital silence is all zeros."""
        rms = np.sqrt(self._energy / np.maximum(1, np.diff(self._edges)))
        top = rms.max()
        return tuple(int(value) for value in np.rint(rms * 255 / top)) if top > 0 else (0,) * BINS

    def peaks(self) -> tuple[int, ...]:
        """Return the highest sample of each stretch, 0 to 255; full scale is 255."""
        return tuple(int(value) for value in np.rint(np.minimum(1, self._peaks / self._full) * 255))


class DynamicRange:
    """The "DR" figure of the Pleasurize Music Foundation: the second highest peak against the loudest fifth, in 3 s
    blocks.
    """

    BLOCK_S = 3

    def __init__(self, source: Source) -> None:
        self._block = self.BLOCK_S * source.sample_rate_hz
        self._rms: list[npt.NDArray[np.float64]] = []
        self._peaks: list[npt.NDArray[np.float64]] = []

    def feed(self, stretch: Stretch) -> None:
        """Take three seconds; a shorter stretch, which only the last can be, does not count."""
        if len(stretch.pcm) == self._block:
            self._rms.append(np.array([2 * float(np.dot(one, one)) / self._block for one in stretch.planes]))
            self._peaks.append(np.array([max(float(one.max()), -float(one.min())) for one in stretch.planes]))

    @property
    def value(self) -> int | None:
        """The mean over the channels, in whole decibels; None for less than six seconds and for silence."""
        if len(self._rms) < 2:
            return None
        loudest = np.sort(np.array(self._rms), axis=0)[-max(1, round(len(self._rms) / 5)) :].mean(axis=0)
        second = np.sort(np.array(self._peaks), axis=0)[-2]
        heard = (loudest > 0) & (second > 0)
        if not heard.any():
            return None
        return max(0, round(float(np.mean(10 * np.log10(second[heard] ** 2 / loudest[heard])))))
