"""The one drawing primitive: a line that swells. A curve and a width along it become a filled outline."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Polygon = npt.NDArray[np.float64]  # shape (n, 2): x and y, closed by going back to the first point

SIDE = 600.0  # a picture's box is SIDE by SIDE units
TURN = 2 * np.pi


def polar(radius: Floats | float, angle: Floats, centre: tuple[float, float] = (300.0, 300.0)) -> Floats:
    """Return points, shape (n, 2), at radii and angles (radians, clockwise on screen from three o'clock)."""
    return np.stack((centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)), axis=1)


def outline(points: Floats, widths: Floats) -> Polygon:
    """Return the filled outline of an open line: points of shape (n, 2), n of 2 or more, and n full widths."""
    return _hull(points, widths, np.gradient(points, axis=0))


def ring(points: Floats, widths: Floats) -> Polygon:
    """Return the outline of a closed line, whose last point repeats the first."""
    looped = np.concatenate((points[-2:-1], points, points[1:2]))
    return _hull(points, widths, looped[2:] - looped[:-2])


def _hull(points: Floats, widths: Floats, heading: Floats) -> Polygon:
    length = np.maximum(np.hypot(heading[:, 0], heading[:, 1]), 1e-9)
    normal = np.stack((-heading[:, 1], heading[:, 0]), axis=1) / length[:, None]
    offset = normal * (widths / 2)[:, None]
    return np.concatenate((points + offset, (points - offset)[::-1]))


def strokes(points: Floats, widths: Floats) -> list[Polygon]:
    """Return outlines of only those runs of an open line that touch the picture's box, so that files stay small."""
    reach = widths[:, None] / 2 + 1
    seen = np.all((points > -reach) & (points < SIDE + reach), axis=1)
    # A run keeps one point on either side, so that it leaves the box instead of ending on its edge.
    wide = seen | np.append(seen[1:], False) | np.insert(seen[:-1], 0, False)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wide, [False])).astype(np.int8)))
    runs = list(pairwise(edges.tolist()))[::2]
    return [outline(points[start:stop], widths[start:stop]) for start, stop in runs if stop - start > 1]


def capped(points: Floats, width: float, steps: int = 4) -> Polygon:
    """Return the outline of a line of even width with round ends."""
    body = outline(points, np.full(len(points), width))
    half = len(points)
    turn = np.linspace(0, np.pi, steps + 2)[1:-1]
    left, right = body[:half], body[half:]
    return np.concatenate((left, _arc(left[-1], points[-1], turn), right, _arc(right[-1], points[0], turn)))


def _arc(start: Floats, centre: Floats, turn: Floats) -> Floats:
    arm = start - centre
    # Left lies clockwise of the heading on screen, so the cap turns back against it.
    return np.stack(
        (
            centre[0] + arm[0] * np.cos(turn) + arm[1] * np.sin(turn),
            centre[1] - arm[0] * np.sin(turn) + arm[1] * np.cos(turn),
        ),
        axis=1,
    )


def tapered(count: int, share: float) -> Floats:
    """Return factors that rise from 0 to 1 over the first `share` of a line and fall over the last."""
    place = np.linspace(0, 1, count)
    return np.asarray(np.sin(np.pi / 2 * np.clip(np.minimum(place, 1 - place) / share, 0, 1)), dtype=np.float64)


def joined(values: Floats, share: float = 0.12) -> Floats:
    """Return values round a ring whose end has been led back to its beginning, so that no seam shows."""
    pull = np.clip((np.linspace(0, 1, values.size) - (1 - share)) / share, 0, 1)
    ease = pull * pull * (3 - 2 * pull)
    led: Floats = values * (1 - ease) + values[0] * ease
    return led
