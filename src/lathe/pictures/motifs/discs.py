"""Discs: one disc of swelling chords a track, overlapping where there are few, in rows where there are many."""

from dataclasses import dataclass

import numpy as np

from lathe.pictures import swell
from lathe.pictures.loudness import Floats
from lathe.pictures.motifs.base import Sketch, Traced
from lathe.pictures.swell import Polygon

MOST_DISCS = 49
# Angles that make neighbours cross cleanly, in radians.
TILTS = (-0.52, 0.52, np.pi / 2, 0.0, 1.05, -1.05)
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


@dataclass(frozen=True)
class Disc:
    """Where one disc lies, how its chords lean, and the part of the sound it shows."""

    centre: tuple[float, float]
    radius: float
    tilt: float
    loud: Floats


def parts(sketch: Sketch) -> list[Floats]:
    """Return one curve a disc: the tracks, or the three thirds of a single track."""
    tracks = sketch.sound.tracks
    if len(tracks) == 1:
        return list(np.array_split(tracks[0], 3))
    return list(tracks[:MOST_DISCS])


def places(count: int) -> tuple[list[tuple[float, float]], float]:
    """Return the centres and the radius for so many discs, the upper left one first."""
    if count == 2:
        return [(220.0, 232.0), (380.0, 368.0)], 172.0
    if count <= 7:
        around = min(count, 6)
        radius = (156.0, 140.0, 126.0, 118.0, 100.0)[count - 3]
        angle = swell.TURN * np.arange(around) / around - np.pi / 2 - np.pi / around
        ring = 266 - radius
        # Three reach further down than up; they are raised until they stand in the middle.
        middle = (300.0, 300.0 - ring / 4 if count == 3 else 300.0)
        centres = [(float(x), float(y)) for x, y in swell.polar(ring, angle, middle)]
        return centres + [(300.0, 300.0)] * (count - around), radius
    return rows(count)


def rows(count: int) -> tuple[list[tuple[float, float]], float]:
    """Return centres in rows as even as can be, the fuller rows in the middle, with a little air between."""
    lines = round(count**0.5)
    sizes = [count // lines] * lines
    middle_first = sorted(range(lines), key=lambda line: abs(line - (lines - 1) / 2))
    for line in middle_first[: count % lines]:
        sizes[line] += 1
    pitch = 540 / max(*sizes, lines)
    centres = [
        (300 + pitch * (column - (size - 1) / 2), 300 + pitch * (row - (lines - 1) / 2))
        for row, size in enumerate(sizes)
        for column in range(size)
    ]
    return centres, pitch * 0.47


def chords(disc: Disc) -> list[Polygon]:
    """Return the chords of a disc, from one side to the other through its sound, bowed like barrel staves."""
    count = int(np.clip(disc.radius / 5.6, 7, 27))
    pitch = 2 * disc.radius / count
    along = np.linspace(0, 1, int(np.clip(disc.radius / 2.6, 12, 60)))
    turn = np.array([[np.cos(disc.tilt), np.sin(disc.tilt)], [-np.sin(disc.tilt), np.cos(disc.tilt)]])
    shapes = []
    for number in range(count):
        height = -disc.radius + pitch * (number + 0.5)
        half = (disc.radius**2 - height**2) ** 0.5
        bow = 0.07 * disc.radius * (1 - 4 * (along - 0.5) ** 2) * np.sin(np.pi * height / disc.radius)
        points = np.stack((half * (2 * along - 1), height + bow), axis=1) @ turn + disc.centre
        time = (number + along) / count * (disc.loud.size - 1)
        loud = np.interp(time, np.arange(disc.loud.size), disc.loud)
        widths = pitch * (0.09 + 0.66 * loud) * (0.12 + 0.88 * np.sin(np.pi * along) ** 0.7)
        shapes += swell.strokes(points, widths)
    return shapes


def trace(sketch: Sketch) -> Traced:
    """Draw the discs; every third one in the second ink."""
    curves = parts(sketch)
    centres, radius = places(len(curves))
    drawn = [
        chords(Disc(centre, radius, TILTS[number % len(TILTS)], loud))
        for number, (centre, loud) in enumerate(zip(centres, curves, strict=True))
    ]
    main = [shape for number, disc in enumerate(drawn) if number % 3 != 2 for shape in disc]
    other = [shape for number, disc in enumerate(drawn) if number % 3 == 2 for shape in disc]
    count = NUMBERS[len(drawn)] if len(drawn) < len(NUMBERS) else str(len(drawn))
    overlap = " overlapping" if len(drawn) <= 7 else ""
    return Traced(f"{count}{overlap} discs of engraved lines", tuple(main), tuple(other))
