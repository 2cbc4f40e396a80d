"""Strobe: the dotted rings on a turntable's rim, their bars as tall as the sound."""

import numpy as np

from lathe.pictures import swell
from lathe.pictures.motifs.base import Sketch, Traced
from lathe.pictures.swell import Polygon

# Bars a ring, innermost first. Each ring of a real disc stands still at one speed of the platter.
BARS = (33, 45, 56, 78, 92, 113, 132, 150)
INNER, PITCH = 72.0, 27.0
DUTY = 0.5  # of a bar and its gap


def trace(sketch: Sketch) -> Traced:
    """Draw rings of bars, one ring after another through the sound."""
    start = sketch.between(0, swell.TURN)
    shapes = [
        bar(INNER + PITCH * ring, start + number / bars * swell.TURN, swell.TURN * DUTY / bars, height)
        for ring, bars in enumerate(BARS)
        for number, height in enumerate(heights(sketch, ring, bars))
    ]
    return Traced(f"{len(BARS)} rings of bars, like the strobe marks on a turntable", tuple(shapes))


def heights(sketch: Sketch, ring: int, bars: int) -> list[float]:
    """Return how tall the bars of one ring are."""
    loud = sketch.sound.at((ring + np.arange(bars) / bars) / len(BARS))
    return [float(height) for height in 3.4 + 19 * loud]


def bar(radius: float, angle: float, opening: float, height: float) -> Polygon:
    """Return a bar that points to the centre, its ends bent with the ring."""
    sweep = np.linspace(angle - opening / 2, angle + opening / 2, 4)
    return np.concatenate(
        (swell.polar(radius + height / 2, sweep), swell.polar(radius - height / 2, sweep[::-1])),
    )
