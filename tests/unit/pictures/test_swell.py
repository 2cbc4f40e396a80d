import numpy as np
import pytest

from lathe.pictures import swell
from lathe.pictures.swell import Floats


def area(polygon: Floats) -> float:
    x, y = polygon[:, 0], polygon[:, 1]
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def test_a_straight_line_of_even_width_is_a_bar() -> None:
    points = np.stack((np.linspace(100, 200, 11), np.full(11, 50.0)), axis=1)
    shape = swell.outline(points, np.full(11, 8.0))
    assert area(shape) == pytest.approx(800)
    assert (float(shape[:, 1].min()), float(shape[:, 1].max())) == (46, 54)


def test_a_ring_closes_without_a_seam() -> None:
    turn = np.linspace(0, swell.TURN, 241)
    shape = swell.ring(swell.polar(100, turn), np.full(241, 6.0))
    assert np.allclose(shape[0], shape[240])
    assert np.allclose(shape[241], shape[-1])
    assert area(shape) == pytest.approx(2 * np.pi * 100 * 6, rel=2e-3)


def test_round_ends_add_a_half_disc_each() -> None:
    points = np.array([[100.0, 100.0], [160.0, 100.0]])
    shape = swell.capped(points, 10, steps=40)
    assert area(shape) == pytest.approx(60 * 10 + np.pi * 25, rel=2e-3)
    assert float(shape[:, 0].min()) == pytest.approx(95, abs=0.01)
    assert float(shape[:, 0].max()) == pytest.approx(165, abs=0.01)


def test_only_what_touches_the_box_is_kept() -> None:
    x = np.linspace(-600, 1200, 181)
    inside, outside = np.stack((x, np.full(181, 300.0)), axis=1), np.stack((x, np.full(181, 700.0)), axis=1)
    (kept,) = swell.strokes(inside, np.full(181, 4.0))
    assert -15 < float(kept[:, 0].min()) <= 0
    assert 600 <= float(kept[:, 0].max()) < 615
    assert swell.strokes(outside, np.full(181, 4.0)) == []


def test_a_line_that_leaves_and_comes_back_gives_two_pieces() -> None:
    x = np.linspace(-50, 650, 351)
    y = 300 + 500 * np.sin(x / 600 * 2 * np.pi)
    assert len(swell.strokes(np.stack((x, y), axis=1), np.full(351, 2.0))) == 3


def test_values_round_a_ring_end_where_they_began() -> None:
    values = swell.joined(np.linspace(0.2, 0.9, 100))
    assert float(values[-1]) == pytest.approx(float(values[0]))
    assert float(values[50]) == pytest.approx(0.2 + 0.7 * 50 / 99)


def test_a_taper_is_nothing_at_the_ends_and_whole_between() -> None:
    taper = swell.tapered(101, 0.1)
    assert float(taper[0]) == float(taper[-1]) == 0
    assert np.allclose(taper[10:91], 1)
