"""Colours for levels: from night through plum and ember to pale straw, each step as much lighter as the last."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Rgb = tuple[int, int, int]
_STOPS: tuple[Rgb, ...] = ((13, 12, 24), (62, 26, 86), (148, 42, 84), (224, 94, 48), (250, 176, 72), (255, 244, 200))


def table(steps: int = 256) -> npt.NDArray[np.uint8]:
    """Return `steps` colours, dark to light, of shape (steps, 3)."""
    places = np.linspace(0, len(_STOPS) - 1, steps)
    stops = np.array(_STOPS, float).T
    return np.rint([np.interp(places, range(len(_STOPS)), one) for one in stops]).astype(np.uint8).T


def colours(levels: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return the colour of each level from 0 to 1, of the levels' shape and 3."""
    found: npt.NDArray[np.uint8] = table()[np.clip(np.rint(levels * 255), 0, 255).astype(np.uint8)]
    return found
