"""The accent hue of a cover that somebody else made."""

import numpy as np
from PIL import Image

from lathe.pictures import colour
from lathe.pictures.encoding import flattened
from lathe.pictures.swell import Floats

_LOOK_PX = 96
# Colours closer than this in OKLab count as one ground; the eye sees a difference from about 0.02.
_SAME = 0.06


def hue_of(image: Image.Image) -> int:
    """Return the OKLCH hue of an image's ground as 0, 10 … 350, for the class that tints its page.

    The ground is the colour met most often, pixels near the border counting most. Where it is grey, the strongest
    colour of the picture decides; a picture without colour gives whatever hue its greys lean to.
    """
    small = flattened(image).resize((_LOOK_PX, _LOOK_PX), Image.Resampling.BOX)
    lab = colour.oklab(np.asarray(small, dtype=np.float64)).reshape(-1, 3)
    ground = _commonest(lab, _border_weights().reshape(-1))
    chroma, angle = colour.chroma_and_angle(ground)
    return colour.step_of(angle if chroma >= colour.GREY_CHROMA else _strongest_angle(lab))


def _border_weights() -> Floats:
    edge = np.minimum(np.arange(_LOOK_PX), np.arange(_LOOK_PX)[::-1]) / _LOOK_PX
    inward = np.minimum(edge[:, None], edge[None, :])
    return 0.1 + np.exp(-inward / 0.08)


def _commonest(lab: Floats, weights: Floats) -> Floats:
    cells, member = np.unique(np.round(lab / _SAME), axis=0, return_inverse=True)
    fullest = cells[np.argmax(np.bincount(member.reshape(-1), weights))] * _SAME
    near = weights * (np.linalg.norm(lab - fullest, axis=1) < _SAME)
    centre: Floats = near @ lab / near.sum() if near.sum() else fullest
    return centre


def _strongest_angle(lab: Floats) -> float:
    strength = np.hypot(lab[:, 1], lab[:, 2])
    angles = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    # Squared, so that a few vivid pixels outweigh many that are nearly grey; summed over 30 degrees round each step.
    by_step = np.bincount((angles // 10).astype(np.intp), strength**2, 36)
    heart = int(np.argmax(by_step + np.roll(by_step, 1) + np.roll(by_step, -1))) * 10 + 5
    close = strength**2 * (np.abs((angles - heart + 180) % 360 - 180) <= 15)
    mean = close @ lab
    return colour.chroma_and_angle(mean)[1]
