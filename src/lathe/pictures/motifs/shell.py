"""Shell: growing rings whose centre drifts, so that they crowd on one side and open on the other."""

import numpy as np

from lathe.pictures import swell
from lathe.pictures.motifs.base import Sketch, Traced

RINGS = 46
PITCH = 5.7


def trace(sketch: Sketch) -> Traced:
    """Draw the rings from the smallest outwards through the sound."""
    tilt = sketch.between(0, swell.TURN)
    drift = sketch.between(2.6, 3.7)
    shapes = []
    for number in range(1, RINGS + 1):
        radius = PITCH * number
        turn = np.linspace(0, 1, int(70 + radius * 0.75))
        # The seam of the ring lies on the crowded side.
        angle = tilt + np.pi + turn * swell.TURN
        away = drift * (RINGS - number)
        centre = (300 - away * float(np.cos(tilt)), 300 - away * float(np.sin(tilt)))
        space = PITCH + drift * np.cos(angle - tilt)
        loud = swell.joined(sketch.sound.at((number - 1 + turn) / RINGS))
        shapes.append(swell.ring(swell.polar(radius, angle, centre), 0.7 + 0.82 * space * loud))
    return Traced("Rings that grow like a shell, close on one side and open on the other", tuple(shapes))
