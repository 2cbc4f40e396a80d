"""Rosette: a guilloche of rings with one lobe a track; from the middle outwards a lobe plays its track."""

import numpy as np

from lathe.pictures import swell
from lathe.pictures.motifs.base import Sketch, Traced
from lathe.pictures.swell import Floats

FEWEST_LOBES, MOST_LOBES = 9, 48
INNER, OUTER = 34.0, 262.0


def trace(sketch: Sketch) -> Traced:
    """Draw rings of lobes, every other ring half a lobe off."""
    tracks = len(sketch.sound.tracks)
    lobes = min(MOST_LOBES, tracks * -(-FEWEST_LOBES // tracks))
    rings = 19
    turn = np.linspace(0, 1, max(400, lobes * 16) + 1)
    angle = turn * swell.TURN - np.pi / 2
    shapes = []
    for number in range(rings):
        depth = number / (rings - 1)
        middle = INNER + (OUTER - INNER) * depth**0.92
        loud = lobe_loudness(sketch, turn * lobes, depth, rings)
        swing = min(0.62 * middle * np.pi / lobes, 24) * (0.55 + 0.6 * float(loud[:-1].mean()))
        radius = middle + swing * np.cos(lobes * angle + np.pi * (number % 2))
        widths = (0.9 + 3.4 * loud) * (0.6 + 0.4 * depth)
        shapes.append(swell.ring(swell.polar(radius, angle), widths))
    return Traced(f"A rosette of wavy rings with {lobes} petals", tuple(shapes))


def lobe_loudness(sketch: Sketch, lobe: Floats, depth: float, rings: int) -> Floats:
    """Return the loudness round one ring at places counted in lobes: each lobe's own track, faded into its neighbour's.

    `depth` is how far out the ring lies, 0 to 1; a lobe's edges read half a ring further on than its middle.
    """
    number = np.floor(lobe).astype(np.intp)
    beside = np.abs(2 * (lobe - number) - 1)
    time = (depth * (rings - 1) + beside / 2) / rings
    curves = np.stack([sketch.sound.in_track(index, time) for index in range(len(sketch.sound.tracks))])
    point = np.arange(lobe.size)
    own = curves[number % len(curves), point]
    neighbour = curves[(number + np.where(lobe - number < 0.5, -1, 1)) % len(curves), point]
    blend: Floats = own + (neighbour - own) * beside**3 / 2
    return blend
