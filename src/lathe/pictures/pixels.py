"""Geometry to pixels: the same shapes that `svg` writes, scan-converted with exact coverage along each row."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from lathe.pictures import colour
from lathe.pictures.errors import PictureError
from lathe.pictures.picture import Picture
from lathe.pictures.svg import tenths
from lathe.pictures.swell import SIDE, Floats, Polygon

Places = npt.NDArray[np.intp]

SMALLEST_PX, LARGEST_PX = 16, 4096


def paint(picture: Picture, size_px: int) -> Image.Image:
    """Return the picture as RGB, `size_px` by `size_px`.

    Raises:
        PictureError: the size is outside 16 to 4096.
    """
    if not SMALLEST_PX <= size_px <= LARGEST_PX:
        raise PictureError(f"A picture of {size_px} px is out of range. Ask for {SMALLEST_PX} to {LARGEST_PX} px.")
    canvas = np.broadcast_to(colour.rgb(picture.ground), (size_px, size_px, 3)).copy()
    line = coverage(picture.line_shapes, size_px)
    _lay(canvas, picture.line, line)
    if picture.second_shapes:
        second = coverage(picture.second_shapes, size_px)
        _lay(canvas, picture.second, second)
        _lay(canvas, picture.both, line * second)
    return Image.fromarray(np.floor(canvas + 0.5).astype(np.uint8))


def _lay(canvas: Floats, ink: str, share: Floats) -> None:
    canvas += (colour.rgb(ink) - canvas) * share[:, :, None]


def coverage(polygons: tuple[Polygon, ...], size_px: int) -> Floats:
    """Return how much of each pixel the shapes cover, 0 to 1, by the non-zero rule.

    Every pixel row is cut by several lines; on each the crossings are exact, so that thin lines keep their weight.
    """
    cuts = max(5, 2560 // size_px)
    heads, tails = _edges(polygons, size_px, cuts)
    rows, crossings, signs = _crossings(heads, tails, size_px * cuts)
    column = np.clip(crossings, 0, size_px)
    left = np.floor(column).astype(np.intp)
    part = column - left
    cell = rows * (size_px + 2) + left
    cells = size_px * cuts * (size_px + 2)
    # A crossing turns the winding on from its column rightwards; the running sum then fills the row.
    change = np.bincount(cell, signs * (1 - part), cells) + np.bincount(cell + 1, signs * part, cells)
    winding = np.cumsum(change.reshape(size_px * cuts, size_px + 2), axis=1)[:, :size_px]
    filled: Floats = np.minimum(np.abs(winding), 1).reshape(size_px, cuts, size_px).mean(axis=1)
    return filled


def _edges(polygons: tuple[Polygon, ...], size_px: int, cuts: int) -> tuple[Floats, Floats]:
    """Return heads and tails of all edges, x in pixels, y in cutting lines; on the grid that the SVG is rounded to."""
    scale = np.array([1.0, cuts]) * size_px / SIDE / 10
    corners = [tenths(polygon) * scale for polygon in polygons] or [np.zeros((1, 2))]
    return np.concatenate(corners), np.concatenate([np.roll(corner, -1, axis=0) for corner in corners])


def _crossings(heads: Floats, tails: Floats, lines: int) -> tuple[Places, Floats, Floats]:
    """Return line number, x and direction of every place where an edge crosses the middle of a cutting line."""
    top, bottom = np.minimum(heads[:, 1], tails[:, 1]), np.maximum(heads[:, 1], tails[:, 1])
    first = np.clip(np.ceil(top - 0.5), 0, lines).astype(np.intp)
    counts = np.clip(np.ceil(bottom - 0.5), 0, lines).astype(np.intp) - first
    edge = np.repeat(np.arange(len(heads)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    rise = tails[edge, 1] - heads[edge, 1]
    share = (row + 0.5 - heads[edge, 1]) / rise
    return row, heads[edge, 0] + share * (tails[edge, 0] - heads[edge, 0]), np.sign(rise)
