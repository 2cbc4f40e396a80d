"""Colour arithmetic: hex codes, OKLab, contrast, and how two inks mix.

OKLab and OKLCH are Ottosson's (bottosson.github.io/posts/oklab, also CSS Color 4, section 9.2); contrast is that of
WCAG 2.2, success criterion 1.4.3.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lathe.pictures.errors import PictureError

Floats = npt.NDArray[np.float64]

# Under this chroma a colour reads as grey and its hue says nothing.
GREY_CHROMA = 0.018

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def rgb(hex_code: str) -> Floats:
    """Return the red, green and blue of `#rrggbb`, each 0 to 255.

    Raises:
        PictureError: the code is not a hash and six hexadecimal digits.
    """
    try:
        if len(hex_code) != 7 or hex_code[0] != "#":
            raise ValueError(hex_code)
        return np.array(list(bytes.fromhex(hex_code[1:])), dtype=np.float64)
    except ValueError as error:
        raise PictureError(f"{hex_code!r} is not a colour. Write it as # and six hexadecimal digits.") from error


def hex_of(channels: Floats) -> str:
    """Return `#rrggbb` for three channels of 0 to 255, rounded and held within that range."""
    return "#" + "".join(f"{min(255, max(0, math.floor(value + 0.5))):02x}" for value in channels)


def linear(srgb: Floats) -> Floats:
    """Turn sRGB channels of 0 to 255 into linear light of 0 to 1 (IEC 61966-2-1)."""
    unit = srgb / 255
    return np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)


def oklab(srgb: Floats) -> Floats:
    """Turn sRGB of 0 to 255, shape (..., 3), into OKLab: lightness 0 to 1, then the two opponent axes."""
    lab: Floats = np.cbrt(linear(srgb) @ _LMS.T) @ _LAB.T
    return lab


def chroma_and_angle(lab: Floats) -> tuple[float, float]:
    """Return chroma and hue angle (degrees, 0 up to 360) of one OKLab colour."""
    return math.hypot(lab[1], lab[2]), math.degrees(math.atan2(lab[2], lab[1])) % 360


def step_of(angle_deg: float) -> int:
    """Round a hue angle to the nearest of 0, 10 … 350 degrees."""
    return math.floor(angle_deg / 10 + 0.5) * 10 % 360


def accent_hue(ground: str, lines: Sequence[str]) -> int:
    """Return the hue step that a page takes from a picture: its ground's, or of a grey ground its liveliest line's."""
    chroma, angle = chroma_and_angle(oklab(rgb(ground)))
    if chroma >= GREY_CHROMA:
        return step_of(angle)
    return step_of(max(chroma_and_angle(oklab(rgb(line))) for line in lines)[1])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(linear(rgb(code)) @ weights) for code in (one, other))
    return (high + 0.05) / (low + 0.05)


def overprint(one: str, other: str, ground: str) -> str:
    """Mix two inks where both lie: light ones add up on a darker ground, dark ones cover more on a lighter ground."""
    first, second = rgb(one) / 255, rgb(other) / 255
    if float(linear(rgb(ground)).sum()) < float(linear(rgb(one)).sum()):
        return hex_of(255 * (1 - (1 - first) * (1 - second)))
    return hex_of(255 * first * second)
