import numpy as np
import pytest

from lathe.pictures import pixels, swell
from lathe.pictures.swell import Floats


def box(left: float, top: float, right: float, bottom: float) -> Floats:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def test_a_box_on_the_pixel_grid_fills_exactly_its_pixels() -> None:
    ink = pixels.coverage((box(60, 120, 120, 180),), 100)
    expected = np.zeros((100, 100))
    expected[20:30, 10:20] = 1
    assert np.allclose(ink, expected)


@pytest.mark.parametrize("size_px", [40, 160, 640])
def test_ink_weighs_what_its_area_weighs_at_every_size(size_px: int) -> None:
    ring = swell.ring(swell.polar(200, np.linspace(0, swell.TURN, 721)), np.full(721, 0.9))
    area = 2 * np.pi * 200 * 0.9 / 600**2
    assert float(pixels.coverage((ring,), size_px).mean()) == pytest.approx(area, rel=0.03)


def test_overlapping_shapes_do_not_count_twice_nor_cancel() -> None:
    shapes = (box(0, 0, 300, 600), box(150, 0, 450, 600))
    assert float(pixels.coverage(shapes, 60).mean()) == pytest.approx(0.75)


def test_what_lies_outside_the_square_is_cut_off() -> None:
    assert float(pixels.coverage((box(-300, -300, 300, 300),), 60).mean()) == pytest.approx(0.25)
    assert float(pixels.coverage((box(700, 0, 900, 600),), 60).max()) == 0
    assert float(pixels.coverage((), 60).max()) == 0
