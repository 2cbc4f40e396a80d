"""A second, independent reader of the SVG that is written, so that it can be held against the pixels."""

import re
from xml.etree import ElementTree

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from lathe.pictures.swell import Floats

SVG = "{http://www.w3.org/2000/svg}"
_FINE = 8


def polygons(data: str) -> list[Floats]:
    """Return the corners of every `M x y l dx dy … z` in path data."""
    shapes = []
    for part in re.findall(r"M([^M]*)", data):
        numbers = np.array([float(text) for text in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", part)]).reshape(-1, 2)
        shapes.append(np.cumsum(numbers, axis=0))
    return shapes


def painted(document: str, size_px: int) -> Image.Image:
    """Draw a document of one or two inks with Pillow's polygons, eight times finer, and reduce it."""
    root = ElementTree.fromstring(document)  # noqa: S314 - our own text
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    fine = size_px * _FINE
    canvas = Image.new("RGB", (fine, fine), ground.get("fill"))
    paths = [path.get("d", "") for path in root.iter(f"{SVG}path")]
    groups = root.findall(f"{SVG}g")
    fills = [group.get("fill", "") for group in groups] or [root.findall(f"{SVG}path")[0].get("fill", "")]
    masks = [_mask(data, fine) for data in paths]
    if len(masks) == 2:
        masks.append(ImageChops.darker(masks[0], masks[1]))
    for fill, mask in zip(fills, masks, strict=True):
        canvas.paste(fill, (0, 0), mask)
    return canvas.reduce(_FINE)


def _mask(data: str, fine: int) -> Image.Image:
    mask = Image.new("L", (fine, fine), 0)
    pen = ImageDraw.Draw(mask)
    for shape in polygons(data):
        # Pillow fills every pixel that a polygon's edge touches; half a pixel back keeps it from growing to one side.
        pen.polygon([(x, y) for x, y in np.rint(shape * fine / 600 - 0.5).tolist()], fill=255)
    return mask
