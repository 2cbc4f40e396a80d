"""Spiral: the whole release as one groove, from the middle outwards."""

from dataclasses import dataclass

import numpy as np

from lathe.pictures import swell
from lathe.pictures.loudness import Loudness
from lathe.pictures.motifs.base import Sketch, Traced
from lathe.pictures.swell import Floats, Polygon


@dataclass(frozen=True)
class Groove:
    """A spiral in units of the picture's box."""

    centre: tuple[float, float]
    inner: float
    outer: float
    turns: int
    thin: float  # width in silence
    thick: float  # added at the loudest place
    start: float = 0.0  # angle at the inner end, radians


def cut(groove: Groove, sound: Loudness, backwards: bool = False) -> list[Polygon]:
    """Return the outlines of a spiral that swells with the whole release."""
    place = _even_places(groove)
    radius = groove.inner + (groove.outer - groove.inner) * place
    points = swell.polar(radius, groove.start + place * groove.turns * swell.TURN, groove.centre)
    time = 1 - place if backwards else place
    widths = groove.thin + groove.thick * sound.at(time * 0.9999)
    return swell.strokes(points, widths * swell.tapered(place.size, 0.004))


def _even_places(groove: Groove) -> Floats:
    """Return places of 0 to 1 along the radius that lie about evenly along the line, near enough for a round look."""
    length = np.pi * (groove.inner + groove.outer) * groove.turns
    share = np.linspace(0, 1, int(length / 6.5))
    low = groove.inner / groove.outer
    return (np.sqrt(low**2 + share * (1 - low**2)) - low) / (1 - low)


def trace(sketch: Sketch) -> Traced:
    """Draw a record in the middle, a full field of groove, or a groove whose centre sits off the middle."""
    cast = sketch.pick(0, 1, 2)
    start = sketch.between(0, swell.TURN)
    if cast == 0:
        groove = Groove((300, 300), 30, 266, 34, 1.0, 5.6, start)
        return Traced("A record's groove drawn as one spiral line", tuple(cut(groove, sketch.sound)))
    if cast == 1:
        groove = Groove((300, 300), 10, 430, 42, 1.0, 8.2, start)
        return Traced("One spiral line that fills the square", tuple(cut(groove, sketch.sound)))
    side = sketch.pick(-1, 1)
    groove = Groove((300 + side * 130, 176), 18, 580, 38, 1.4, 11.4, start)
    return Traced("One broad spiral line around a point off the middle", tuple(cut(groove, sketch.sound)))
