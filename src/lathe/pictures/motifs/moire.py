"""Moiré: two grooves of the same sound, one played backwards, a hand's breadth apart."""

import numpy as np

from lathe.pictures.motifs import spiral
from lathe.pictures.motifs.base import Sketch, Traced


def trace(sketch: Sketch) -> Traced:
    """Draw two spirals whose crossing lines make a third pattern."""
    tilt = sketch.pick(0, 0.5, -0.5, np.pi / 2)
    apart = sketch.between(40, 52)
    dx, dy = apart * float(np.cos(tilt)), apart * float(np.sin(tilt))
    start = sketch.between(0, 6)
    one = spiral.Groove((300 - dx, 300 - dy), 9, 232, 33, 1.0, 3.4, start)
    other = spiral.Groove((300 + dx, 300 + dy), 9, 232, 33, 1.0, 3.4, start)
    forwards, backwards = spiral.cut(one, sketch.sound), spiral.cut(other, sketch.sound, backwards=True)
    return Traced("Two spirals laid over each other", tuple(forwards), tuple(backwards))
