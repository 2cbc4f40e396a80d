"""Fan: rays from a half disc, each as long and as strong as its moment of the sound."""

import numpy as np

from lathe.pictures import swell
from lathe.pictures.motifs import spiral
from lathe.pictures.motifs.base import Sketch, Traced

RAYS = 104
FOOT = (300.0, 560.0)
HUB = 74.0


def trace(sketch: Sketch) -> Traced:
    """Draw the rays from left to right through the sound, bent one way, and a small groove at their foot."""
    bend = sketch.pick(-1, 1) * sketch.between(0.0007, 0.0012)
    shapes = []
    for number in range(RAYS):
        time = (number + 0.5) / RAYS
        reach = HUB + 70 + 400 * float(sketch.sound.at(time))
        out = np.linspace(HUB, reach, max(12, int(reach / 9)))
        angle = -np.pi * (1 - time) + (out - HUB) * bend
        grow = (out - HUB) / (reach - HUB)
        widths = 1.0 + 7.6 * grow**1.5 * sketch.sound.at(time + grow / RAYS)
        shapes += swell.strokes(swell.polar(out, angle, FOOT), widths * np.clip((1 - grow) * 14, 0.3, 1))
    hub = spiral.Groove(FOOT, 7, HUB - 12, 8, 1.0, 3.2)
    return Traced("Curved rays that fan out from a half disc", tuple(shapes + spiral.cut(hub, sketch.sound)))
