"""Plots of sums: a year as nested grooves, a share as a length of wavy line.

All return path data; the page sets box, stroke and colour.
"""

from collections.abc import Sequence

import numpy as np

from lathe.pictures import svg
from lathe.pictures.errors import PictureError
from lathe.pictures.loudness import Floats

STEPS = 24
"""Points drawn between two values."""


def grooves(values: Sequence[float], width: float = 1000, height: float = 200, lines: int = 9) -> tuple[str, str]:
    """Return nested lines that rise to each value, for a box of `width` by `height`: those below, and the outermost.

    The values stand evenly from edge to edge, joined without overshoot; the largest reaches 94 % of the height, and
    what is below zero lies on the ground, for a height shows no debt.

    Raises:
        PictureError: there are under two values, or under two lines.
    """
    if len(values) < 2 or lines < 2:
        raise PictureError(f"Grooves need two values and two lines; there are {len(values)} and {lines}.")
    reach = 0.94 * (height - 2) * _eased(np.clip(np.asarray(values, dtype=np.float64), 0, None))
    x = np.linspace(0, width, reach.size)
    rows = [svg.steps(np.stack((x, height - 1 - share * reach), axis=1)) for share in np.linspace(0, 1, lines + 1)[1:]]
    return "".join(rows[:-1]), rows[-1]


def _eased(values: Floats) -> Floats:
    """Values of 0 to 1, with a cosine's half turn between each two."""
    peak = float(values.max())
    place = np.linspace(0, values.size - 1, (values.size - 1) * STEPS + 1)
    left = np.minimum(place.astype(np.intp), values.size - 2)
    turn = (1 - np.cos(np.pi * (place - left))) / 2
    return np.asarray((values[left] + (values[left + 1] - values[left]) * turn) / (peak or 1.0), dtype=np.float64)


def share(part: float, seed: int = 0, width: float = 300, height: float = 22, lines: int = 4) -> tuple[str, str]:
    """Return wavy lines across a box: the first `part` (0 to 1) of their length, and the rest of it.

    A part above nothing shows at least a hundredth; `seed` turns the waves, so that rows differ. Either may be empty.
    """
    kept = 0.0 if part <= 0 else min(max(part, 0.01), 1.0)
    return _waves(0, kept, seed, (width, height, lines)), _waves(kept, 1, seed, (width, height, lines))


def _waves(begin: float, end: float, seed: int, box: tuple[float, float, int]) -> str:
    width, height, lines = box
    if end - begin < 1e-9:
        return ""
    place = np.linspace(begin, end, max(2, round(120 * (end - begin)) + 1))
    pitch = height / (lines + 0.3)
    rows = []
    for line in range(lines):
        swing = 0.55 + 0.3 * np.sin(place * 17 + line * 1.7 + seed * 2.3) + 0.15 * np.sin(place * 7 + line * 2.9)
        y = pitch * (line + 0.65) + 0.55 * pitch * swing * np.sin(place * 75 + line + seed)
        rows.append(svg.steps(np.stack((place * width, y), axis=1)))
    return "".join(rows)
