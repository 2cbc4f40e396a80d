"""Waves: the release read line by line, like handwriting, on a slow swell."""

import numpy as np

from lathe.pictures import swell
from lathe.pictures.motifs.base import Sketch, Traced

LINES = 42
PITCH = 14.6


def trace(sketch: Sketch) -> Traced:
    """Draw level lines from edge to edge that sway together."""
    x = np.linspace(-16, 616, 150)
    phase, lean = sketch.between(0, 6), sketch.pick(-1, 1) * sketch.between(0.05, 0.1)
    shapes = []
    for number in range(LINES):
        level = 300 + PITCH * (number - (LINES - 1) / 2)
        sway = 27 * np.sin(x / 206 + phase + number * lean) + 13 * np.sin(x / 91 + phase * 2 + number * lean * 1.7)
        loud = sketch.sound.at((number + (x + 16) / 632.1) / LINES)
        shapes += swell.strokes(np.stack((x, level + sway), axis=1), 0.9 + 10.4 * loud)
    return Traced("Level lines that sway and swell from edge to edge", tuple(shapes))
