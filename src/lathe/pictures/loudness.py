"""Loudness curves made ready to steer a line: even length, full range, gently smoothed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lathe.pictures.errors import PictureError

Floats = npt.NDArray[np.float64]

BINS = 1400
# Softens the distance between quiet and loud, so that a quiet passage still moves the line.
EXPONENT = 0.8


def levels(curve: Sequence[float] | Floats, name: str = "The loudness curve") -> Floats:
    """Return a curve as numbers of 0 to 1, its loudest bin at 1; silence stays at 0.

    The scale of the input is free (0 to 1, or 0 to 255), because each curve is held against its own loudest bin.

    Raises:
        PictureError: the curve is empty, is not one row of numbers, or holds a value that is negative or not finite.
    """
    values = np.asarray(curve, dtype=np.float64)
    if values.ndim != 1 or values.size == 0:
        raise PictureError(f"{name} has no bins. Pass at least one number; 0 stands for silence.")
    if not bool(np.all(np.isfinite(values))) or float(values.min()) < 0:
        raise PictureError(f"{name} holds a value that is negative or not a number. Loudness runs from 0 upwards.")
    peak = float(values.max())
    return values / peak if peak > 0 else values


def resampled(values: Floats, bins: int) -> Floats:
    """Return a curve in another number of bins: area means when it gets shorter, straight lines when longer."""
    if values.size <= bins:
        return np.interp(np.linspace(0, values.size - 1, bins), np.arange(values.size), values)
    total = np.concatenate(([0.0], np.cumsum(values)))
    edges = np.interp(np.linspace(0, values.size, bins + 1), np.arange(values.size + 1), total)
    return np.diff(edges) * bins / values.size


def peaks(values: Floats, bins: int) -> Floats:
    """Return a curve in fewer bins, each as high as the loudest it stands for; a short curve is stretched."""
    if values.size <= bins:
        return resampled(values, bins)
    starts = np.floor(np.arange(bins) * values.size / bins).astype(np.intp)
    return np.maximum.reduceat(values, starts)


def smoothed(values: Floats, sigma_bins: float) -> Floats:
    """Return a curve after a Gaussian of `sigma_bins`, its ends held."""
    reach = math.ceil(3 * sigma_bins)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_bins) ** 2)
    return np.convolve(np.pad(values, reach, mode="edge"), kernel / kernel.sum(), mode="valid")


def shaped(values: Floats, sigma_bins: float = 1.3) -> Floats:
    """Smooth a curve, spread it over 0 to 1 and soften it.

    The spread runs from a little under the quietest twentieth to just under the peak, so that heavily limited music
    still moves the line.
    """
    smooth = smoothed(values, sigma_bins)
    quiet, high = float(np.quantile(smooth, 0.05)), float(np.quantile(smooth, 0.995))
    low = max(0.7 * quiet, quiet - 0.35 * (high - quiet))
    spread = max(high - low, 0.1 * high)
    if spread <= 0:
        return np.zeros_like(smooth)
    return np.clip((smooth - low) / spread, 0, 1) ** EXPONENT


@dataclass(frozen=True)
class Loudness:
    """The sound of a release: its tracks one by one, and all of them in a row."""

    tracks: tuple[Floats, ...]  # one curve a track, BINS long, 0 to 1
    whole: Floats  # all tracks in order, BINS long, 0 to 1

    @classmethod
    def of(cls, envelopes: Sequence[Sequence[float]]) -> "Loudness":
        """Take one loudness curve a track, of any lengths.

        Raises:
            PictureError: there is no track, or `levels` refuses one of the curves.
        """
        if not envelopes:
            raise PictureError("There is no track to draw. Pass one loudness curve a track; [0] stands for silence.")
        rows = [
            resampled(levels(curve, f"The loudness curve of track {number}"), BINS)
            for number, curve in enumerate(envelopes, start=1)
        ]
        return cls(tuple(shaped(row) for row in rows), shaped(resampled(np.concatenate(rows), BINS)))

    def at(self, position: Floats | float) -> Floats:
        """Return the loudness of the whole at positions of 0 to 1; positions outside wrap round."""
        return _read(self.whole, np.asarray(position, dtype=np.float64) % 1.0)

    def in_track(self, index: int, position: Floats | float) -> Floats:
        """Return the loudness of one track at positions of 0 to 1, ends held; `index` wraps round the tracks."""
        return _read(self.tracks[index % len(self.tracks)], np.clip(position, 0, 1))


def _read(curve: Floats, position: Floats) -> Floats:
    return np.interp(position * (curve.size - 1), np.arange(curve.size), curve)
