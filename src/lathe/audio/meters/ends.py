"""How the music begins and ends: with a rise and a decay, or at full level, as where a part was cut away."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lathe.audio.meters.stretch import Planes
from lathe.audio.source import Source

NEAR_S = 1.0
"""The stretch at either end that the edge is compared with."""
LAST_S, FIRST_S = 0.02, 0.002
"""A decay of 20 ms is one; an attack may take no longer than 2 ms."""
QUIET_DB = -50.0
"""A second softer than this has no level to be cut off at: the noise of a room begins and ends where it likes."""
NEVER_DB = -200.0


@dataclass(frozen=True)
class Edges:
    """The level of the first 2 ms and the last 20 ms beside the second next to them, in decibels.

    0 is as loud as that second. Music that falls silent ends far below 0. -200 where the second is too quiet or the
    master too short to tell.
    """

    start_db: float = NEVER_DB
    end_db: float = NEVER_DB


class Ends:
    """Keeps the first and the last second of a master. Memory does not grow with the track."""

    def __init__(self, source: Source) -> None:
        self._rate, self._full = source.sample_rate_hz, 2 ** (source.bits - 1)
        self._near = round(NEAR_S * source.sample_rate_hz)
        self._first: Planes | None = None
        self._last: Planes = np.empty((source.channels, 0), np.float32)

    def feed(self, planes: Planes) -> None:
        """Take the next samples."""
        if self._first is None:
            self._first = planes[:, : self._near].copy()
        if planes.shape[1] >= self._near:
            self._last = planes[:, -self._near :].copy()
        else:
            self._last = np.concatenate((self._last, planes), axis=1)[:, -self._near :]

    @property
    def edges(self) -> Edges:
        """What was found, once all samples are in."""
        if self._first is None or self._last.shape[1] < self._near or self._first.shape[1] < self._near:
            return Edges()
        start, end = self._first[:, : round(FIRST_S * self._rate)], self._last[:, -round(LAST_S * self._rate) :]
        return Edges(self._beside(start, self._first), self._beside(end, self._last))

    def _beside(self, edge: Planes, near: Planes) -> float:
        level = _power(near) / self._full**2
        if level < 10 ** (QUIET_DB / 10):
            return NEVER_DB
        share = _power(edge) / self._full**2 / level
        return round(10 * math.log10(share), 1) if share > 10 ** (NEVER_DB / 10) else NEVER_DB


def _power(planes: Planes) -> float:
    return float(np.mean(np.square(planes, dtype=np.float64)))
