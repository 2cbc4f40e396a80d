"""Macro: the corner of a record under a lens, grooves that shake with the sound."""

import numpy as np

from lathe.pictures import swell
from lathe.pictures.motifs.base import Sketch, Traced

GROOVES = 46
INNER, PITCH = 420.0, 22.6
SHAKE = 10.0  # units to either side at the loudest place
READ = 3.9  # how often the grooves go through the sound; more makes shorter knots


def trace(sketch: Sketch) -> Traced:
    """Draw wide arcs around a centre far outside the square; each goes on where the last one ended."""
    angle = np.linspace(-1.62, 0.12, 360)
    sides = sketch.pick(1, -1), sketch.pick(1, -1)
    drift = sketch.between(0.3, 0.5)
    shapes = []
    for number in range(GROOVES):
        radius = INNER + PITCH * number
        time = (number + np.linspace(0, 1, angle.size)) * READ / GROOVES
        loud = sketch.sound.at(time)
        # Two tones an awkward interval apart: neighbouring grooves agree, distant ones do not.
        tone = 0.68 * np.sin(angle * 96 + number * drift) + 0.32 * np.sin(angle * 61 - number * drift * 1.9)
        points = swell.polar(radius + SHAKE * loud * tone, angle, (-420, 900))
        shapes += swell.strokes(300 + (points - 300) * sides, 1.3 + 11.2 * loud**1.4)
    return Traced("Grooves of a record seen through a lens", tuple(shapes))
