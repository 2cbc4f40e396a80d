"""True peak: the highest point of the curve between the samples (ITU-R BS.1770-4, Annex 2).

The samples are interpolated to at least 192 kHz, four times at 48 kHz as the standard asks, but only where the result
could matter. An interpolated point is the sum of 24 neighbours times a coefficient each, so it cannot lie above the
largest neighbour times the sum of the coefficients' magnitudes (`Interpolator.bound`, about 2.3, which is 7.2 dB).
Stretches that stay below the peak found so far even then are passed over; what is left out cannot change the result.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from lathe.audio.meters.stretch import Planes
from lathe.audio.source import Source

LOWEST_HZ = 192_000
"""Four times 48 kHz (BS.1770-4, Annex 2); a master at this rate or above shows its peaks in its samples."""
TAPS = 24
SHAPE = 6.0
"""Of the Kaiser window. With 24 taps the curve is right to 0.01 dB up to 17 kHz at 44.1 kHz."""
COARSE, FINE = 1024, 32
"""Samples looked at together: first long stretches, then, where one could matter, short ones."""
ROWS = 40
"""Short stretches a multiplication: few enough that the linear algebra library does not start threads for them."""
_REACH = TAPS - 1
_PIECE = FINE + _REACH

Channel: TypeAlias = npt.NDArray[np.float32]


class Interpolator:
    """Coefficients that give `factor - 1` points behind each sample; the samples themselves are the remaining one."""

    def __init__(self, factor: int) -> None:
        half = TAPS // 2 * factor
        places = np.arange(-half, half + 1)
        sinc = np.sinc(places / factor) * np.kaiser(len(places), SHAPE)
        neighbours = (np.arange(TAPS) - (TAPS // 2 - 1)) * factor
        phases = np.array([sinc[half + phase - neighbours] for phase in range(1, factor)])
        phases /= phases.sum(axis=1, keepdims=True)
        self.bound = float(np.abs(phases).sum(axis=1).max())
        self.matrix = _banded(phases.astype(np.float32))


def _banded(phases: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the matrix that turns FINE samples and their neighbours into all points between them."""
    count = len(phases)
    matrix = np.zeros((_PIECE, FINE * count), np.float32)
    for place in range(FINE):
        matrix[place : place + TAPS, place * count : (place + 1) * count] = phases.T
    return matrix


@cache
def interpolator(factor: int) -> Interpolator:
    """Return the coefficients for a factor of 2 or more."""
    return Interpolator(factor)


class TruePeak:
    """The true peak of all channels. Memory does not grow with the track."""

    def __init__(self, source: Source) -> None:
        factor = -(-LOWEST_HZ // source.sample_rate_hz)
        self._between = interpolator(factor) if factor > 1 else None
        self._full = 2 ** (source.bits - 1)
        self._highest = 0.0
        self._held: Planes | None = None

    def feed(self, planes: Planes) -> None:
        """Take samples in order. Before the first and behind the last one the sound is taken to go on mirrored."""
        self._highest = max(self._highest, _magnitude(planes))
        if self._between is None:
            return
        held = _mirrored_before(planes) if self._held is None else self._held
        joined = np.concatenate((held, planes), axis=1)
        self._held = joined[:, -_REACH:]
        self._look(joined, self._between)

    def finish(self) -> None:
        """Say that no more samples come."""
        if self._held is not None and self._between is not None:
            after = self._held[:, ::-1][:, 1 : TAPS // 2 + 1]
            self._look(np.concatenate((self._held, after), axis=1), self._between)

    @property
    def share(self) -> float:
        """The true peak as a share of full scale, never below the sample peak; 0 for digital silence."""
        return float(self._highest / self._full)

    def _look(self, joined: Planes, between: Interpolator) -> None:
        if joined.shape[1] < _PIECE:
            self._look_at_few(joined, between)
            return
        for channel in joined:
            starts = _promising(channel, self._highest / between.bound)
            if len(starts):
                self._search(_pieces(channel, starts), between)

    def _look_at_few(self, joined: Planes, between: Interpolator) -> None:
        """Interpolate what is shorter than a piece; points that lean on samples not there are left out."""
        count = max(0, joined.shape[1] - _REACH) * (between.matrix.shape[1] // FINE)
        if count:
            points = joined @ between.matrix[: joined.shape[1], :count]
            self._highest = max(self._highest, _magnitude(points))

    def _search(self, pieces: Planes, between: Interpolator) -> None:
        """Interpolate pieces, the loudest first, until none that is left can rise above what was found."""
        peaks = np.maximum(pieces.max(axis=1), -pieces.min(axis=1))
        order = np.argsort(-peaks)
        while len(order):
            chosen, order = order[:ROWS], order[ROWS:]
            self._highest = max(self._highest, _magnitude(pieces[chosen] @ between.matrix))
            order = order[peaks[order] * between.bound > self._highest]


def _promising(channel: Channel, least: float) -> npt.NDArray[np.int64]:
    """Return where long stretches begin that hold samples above `least`, or have such neighbours."""
    whole = len(channel) // COARSE
    long = channel[: whole * COARSE].reshape(whole, COARSE)
    rest = _magnitude(channel[max(0, whole * COARSE - _REACH) :])
    peaks = np.append(np.maximum(long.max(axis=1), -long.min(axis=1)), rest)
    reached = np.maximum(peaks, np.append(peaks[1:], 0))
    return np.nonzero(reached > least)[0] * COARSE


def _pieces(channel: Channel, starts: npt.NDArray[np.int64]) -> Planes:
    """Return FINE samples with their neighbours, one piece a row; the last ones may overlap with those before."""
    fine = (starts[:, None] + np.arange(0, COARSE, FINE)).reshape(-1)
    last = len(channel) - _PIECE
    if fine[-1] > last:
        fine = np.append(fine[fine < last], last)
    pieces: Planes = np.lib.stride_tricks.sliding_window_view(channel, _PIECE)[fine]
    return pieces


def _mirrored_before(planes: Planes) -> Planes:
    """Return what the sound is taken to have been before its first sample."""
    return np.pad(planes[:, :TAPS], ((0, 0), (TAPS // 2 - 1, 0)), mode="reflect")[:, : TAPS // 2 - 1]


def _magnitude(values: Channel | Planes) -> float:
    return max(float(values.max()), -float(values.min()))
