"""The long-term spectrum: where the sound ends, and how steeply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lathe.audio.meters.stretch import Planes
from lathe.audio.pcm import centred
from lathe.audio.source import Source

WINDOW = 8192
MOST_ROWS = 1200
ROWS_A_BLOCK = 8
LOUD_SHARE = 90
"""Percentile over time: what is there in the louder moments, not what one click puts there."""
SMOOTH_HZ = 170
GAP_HZ = 340
LOWEST_CLIFF_HZ = 10_000
ULTRASONIC_HZ = 26_000
HEARD_HZ = (16_000, 21_000)
ABOVE_FLOOR_DB = 6.0


@dataclass(frozen=True)
class Edge:
    """The deepest fall above 10 kHz behind which nothing rises again: its place in hertz, its depth in decibels."""

    hz: float
    depth_db: float


class Spectrum:
    """Gathers power spectra of at most about 1200 moments spread over the track."""

    def __init__(self, source: Source, block: int) -> None:
        self._rate = source.sample_rate_hz
        blocks = max(1, -(-source.samples // block))
        self._a_block = max(1, min(ROWS_A_BLOCK, MOST_ROWS // blocks))
        self._every = -(-blocks // MOST_ROWS)
        self._seen = 0
        self._rows: list[npt.NDArray[np.float32]] = []
        self._window = (np.hanning(WINDOW) / 2 ** (source.bits - 1)).astype(np.float32)

    def feed(self, planes: Planes) -> None:
        """Take a block; all but the last are of one size."""
        if self._seen % self._every == 0:
            if planes.shape[1] < WINDOW and not self._rows:
                planes = centred(planes.T, WINDOW).T
            if planes.shape[1] >= WINDOW:
                self._add(planes)
        self._seen += 1

    def _add(self, planes: Planes) -> None:
        starts = np.linspace(0, planes.shape[1] - WINDOW, self._a_block).astype(int)
        parts = np.stack([planes[:, start : start + WINDOW].mean(axis=0) for start in starts])
        spectra = np.fft.rfft(parts * self._window, axis=1)
        self._rows.extend(np.square(np.abs(spectra)))

    @cached_property
    def _levels(self) -> npt.NDArray[np.float64]:
        """The level of each bin in the louder moments, smoothed over 170 Hz; asked for once all blocks are in."""
        rising = np.sort(np.array(self._rows).T, axis=1)
        power = rising[:, -(-(len(self._rows) - 1) * LOUD_SHARE // 100)]
        wide = max(3, round(SMOOTH_HZ * WINDOW / self._rate) | 1)
        padded = np.pad(10 * np.log10(power + 1e-12), wide // 2, mode="edge")
        return np.convolve(padded, np.ones(wide) / wide, "valid")

    def edge(self) -> Edge:
        """Return the deepest fall within 680 Hz, from 10 kHz to just short of half the rate."""
        levels, step = self._levels, self._rate / WINDOW
        gap, low = round(GAP_HZ / step), round(LOWEST_CLIFF_HZ / step)
        highest_behind = np.maximum.accumulate(levels[::-1])[::-1]
        falls = levels[: -2 * gap] - highest_behind[2 * gap :]
        if len(falls) <= low:
            return Edge(0.0, 0.0)
        steepest = low + int(np.argmax(falls[low:]))
        return Edge(round((steepest + gap) * step), round(float(falls[steepest]), 1))

    def ultrasonic_fall_db(self) -> float:
        """Return how far everything above 26 kHz lies below the top of hearing; 0 where the rate reaches no higher.

        The last seventh before half the rate is left out: resamplers with short filters mirror sound into it.
        """
        levels, step = self._levels, self._rate / WINDOW
        above = levels[round(ULTRASONIC_HZ / step) : len(levels) * 6 // 7]
        heard = levels[round(HEARD_HZ[0] / step) : round(HEARD_HZ[1] / step)]
        return round(float(heard.max() - above.max()), 1) if len(above) else 0.0

    def highest_hz(self) -> float:
        """Return the highest frequency that stands 6 dB above the quietest part of the upper half of the spectrum.

        At high rates the last seventh is left out, as above: sound mirrored there by a resampler is not the music's.
        """
        levels = self._levels
        floor = levels[len(levels) // 2 :].min()
        counted = levels[: len(levels) * 6 // 7] if self._rate // 2 > ULTRASONIC_HZ else levels
        heard = np.nonzero(counted > floor + ABOVE_FLOOR_DB)[0]
        if not len(heard) or heard[-1] == len(counted) - 1:
            return float(round((len(levels) - 1) * self._rate / WINDOW))
        return float(round(heard[-1] * self._rate / WINDOW))
