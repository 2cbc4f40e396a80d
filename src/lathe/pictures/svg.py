"""Geometry to SVG text: rounded to a tenth, relative steps, presentation attributes only."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from lathe.pictures.picture import Picture
from lathe.pictures.swell import SIDE, Floats

Tenths = npt.NDArray[np.int64]


def tenths(points: Floats) -> Tenths:
    """Round to whole tenths, halves upwards.

    The tiny push keeps values that fall on a half from turning either way with the last bit of a machine's sine.
    """
    return np.floor(points * 10 + 0.5 + 1e-6).astype(np.int64)


def number(value: int) -> str:
    """Write tenths as short as SVG allows: 12 is "1.2", -5 is "-.5", 30 is "3"."""
    whole, part = divmod(abs(value), 10)
    text = f"{whole or ''}.{part}" if part else str(whole)
    return f"-{text}" if value < 0 else text


def steps(points: Floats) -> str:
    """Return the path data of an open line through points of shape (n, 2)."""
    grid = tenths(points)
    moves = np.diff(grid, axis=0)
    moves = moves[np.any(moves != 0, axis=1)]
    start = f"M{number(int(grid[0, 0]))}{_next(int(grid[0, 1]))}"
    if not len(moves):
        return start + "h0"
    pairs = (f"{_next(x)}{_next(y)}" for x, y in moves.tolist())
    return start + "l" + "".join(pairs).lstrip(" ")


def _next(value: int) -> str:
    text = number(value)
    return text if text.startswith("-") else f" {text}"


def outlines(polygons: Iterable[Floats]) -> str:
    """Return the path data of closed outlines."""
    return "".join(steps(polygon) + "z" for polygon in polygons)


def write(picture: Picture, key: str) -> str:
    """Return a whole SVG document; `key` keeps its ids apart from those of other pictures on a page."""
    side = f"{SIDE:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
        f'<rect width="{side}" height="{side}" fill="{picture.ground}"/>{_inked(picture, key)}</svg>'
    )


def _inked(picture: Picture, key: str) -> str:
    line = outlines(picture.line_shapes)
    if not picture.second_shapes:
        return f'<path fill="{picture.line}" d="{line}"/>'
    # The overlap is the second shapes once more, in the mixed colour, seen only through the first.
    return (
        f'<g fill="{picture.line}"><path id="{key}a" d="{line}"/></g>'
        f'<g fill="{picture.second}"><path id="{key}b" d="{outlines(picture.second_shapes)}"/></g>'
        f'<clipPath id="{key}c"><use href="#{key}a"/></clipPath>'
        f'<g fill="{picture.both}" clip-path="url(#{key}c)"><use href="#{key}b"/></g>'
    )
