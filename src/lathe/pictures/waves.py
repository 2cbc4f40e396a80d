"""Line drawings for pages: waveforms, the format gauge, the logo and the rings of an empty library.

All return path data (the `d` of an SVG path) or lists of it; the page sets box, stroke and colour.
"""

from collections.abc import Sequence

import numpy as np

from lathe.pictures import loudness, svg, swell
from lathe.pictures.errors import PictureError

NARROW_POINTS = 90


def contour(
    envelope: Sequence[float], width: float = 1000, height: float = 104, lines: int = 12, points: int = 420
) -> str:
    """Return nested groove lines as one path, for a box of `width` by `height` and strokes of about 0.9 px.

    Args:
        envelope: loudness from start to end, on any scale, any number of bins.
        width: of the box, in the page's units.
        height: of the box; the loudest place reaches 94 % of it.
        lines: how many lines, spread evenly from the lower edge of the sound to the upper.
        points: along each line.

    Raises:
        PictureError: the envelope is empty or holds a value that is not loudness, or there are under 2 lines or points.
    """
    if lines < 2 or points < 2:
        raise PictureError(
            f"A contour of {lines} lines and {points} points cannot be drawn. Ask for 2 or more of each."
        )
    reach = (0.92 * _waveform(envelope, points) + 0.02) * height / 2
    x = np.linspace(0, width, points)
    nested = (np.stack((x, height / 2 + share * reach), axis=1) for share in np.linspace(-1, 1, lines))
    return "".join(svg.steps(line) for line in nested)


def contour_narrow(envelope: Sequence[float], width: float = 1000, height: float = 104, lines: int = 10) -> str:
    """Return the contour in 90 points, which a phone's width still holds apart; see `contour`."""
    return contour(envelope, width, height, lines, NARROW_POINTS)


def swell_line(envelope: Sequence[float], width: float = 148, height: float = 26) -> str:
    """Return one filled line that swells with the sound, for a box of `width` by `height`; see `contour`."""
    points = 120
    # So small a line shows only where it moves: the sound is spread over the whole height, quiet against loud.
    reach = 1.2 + (height - 2) * 0.95 * loudness.shaped(_waveform(envelope, points), 0.5)
    middle = np.stack((np.linspace(0, width, points), np.full(points, height / 2)), axis=1)
    return svg.outlines([swell.outline(middle, reach)])


def _waveform(envelope: Sequence[float], points: int) -> loudness.Floats:
    values = loudness.levels(envelope)
    # Peaks alone flatten dense music to a bar, means alone lose the attack.
    both = (loudness.peaks(values, points) + loudness.resampled(values, points)) / 2
    return (both / max(float(both.max()), 1e-12)) ** loudness.EXPONENT


def gauge(width: float = 344, height: float = 52, lines: int = 20) -> list[str]:
    """Return wavy lines from top to bottom, one path each, for the share of a master that a format keeps."""
    points = 90
    place = np.arange(points)
    x = np.linspace(0, width, points)
    pitch = height / (lines + 0.3)
    rows = []
    for line in range(lines):
        # Two slow beats that differ from line to line, so that neighbours look cut from one sound and never touch.
        swing = 0.5 + 0.32 * np.sin(place * 0.21 + line * 1.7) + 0.18 * np.sin(place * 0.083 + line * 2.9)
        y = pitch * (line + 0.65) + 0.62 * pitch * swing * np.sin(place * 0.9 + line)
        rows.append(svg.steps(np.stack((x, y), axis=1)))
    return rows


def order(lines: int) -> list[int]:
    """Return the numbers of a gauge's lines, 0 at the top, in the order in which they light up: middle first."""
    middle = (lines - 1) / 2
    return sorted(range(lines), key=lambda line: (abs(line - middle), line))


def mark() -> str:
    """Return the logo: one groove of four and a half turns in a box of 40 by 40, for a round stroke of 1.9."""
    turns = np.linspace(0, 4.5, 181)
    return svg.steps(swell.polar(2.2 + 16.6 * turns / 4.5, turns * swell.TURN - np.pi / 2, (20, 20)))


def rings() -> str:
    """Return six rings in a box of 120 by 120, for strokes of 1: the picture of a library with nothing in it."""
    return "".join(
        f"M{60 - radius} 60a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0-{2 * radius} 0z"
        for radius in (8, 18, 28, 38, 48, 56)
    )
