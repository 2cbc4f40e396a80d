import itertools
import re

import numpy as np
import pytest

from lathe.pictures import waves
from lathe.pictures.errors import PictureError

from .reading import polygons
from .sounds import music

SILENT = [0.0] * 1400


def test_a_contour_is_as_many_lines_of_as_many_points_as_asked() -> None:
    lines = polygons(waves.contour(music(), lines=12, points=420))
    assert len(lines) == 12
    assert {len(line) for line in lines} == {420}


def test_a_contour_fills_its_box_and_stays_inside() -> None:
    points = np.concatenate(polygons(waves.contour(music(), width=600, height=48)))
    assert (float(points[:, 0].min()), float(points[:, 0].max())) == (pytest.approx(0), pytest.approx(600, abs=0.1))
    assert 0 <= float(points[:, 1].min()) < 2
    assert 46 < float(points[:, 1].max()) <= 48


def test_a_contour_lies_level_about_its_middle_and_never_crosses_itself() -> None:
    lines = polygons(waves.contour(music(), points=200))
    assert np.allclose(lines[0][:, 1] + lines[-1][:, 1], 104, atol=0.15)
    assert all(np.all(upper[:, 1] <= lower[:, 1] + 0.1) for upper, lower in itertools.pairwise(lines))


def test_the_contour_is_widest_where_the_sound_is_loudest() -> None:
    curve = [0.1] * 700 + [1.0] * 20 + [0.1] * 680
    upper = polygons(waves.contour(curve))[0]
    assert 495 < float(upper[upper[:, 1].argmin(), 0]) < 520


def test_a_narrow_contour_is_small() -> None:
    lines = polygons(waves.contour_narrow(music()))
    assert {len(line) for line in lines} == {90}
    assert len(waves.contour_narrow(music())) < len(waves.contour(music())) / 3


def test_silence_is_a_thin_level_line() -> None:
    points = np.concatenate(polygons(waves.contour(SILENT)))
    assert float(np.ptp(points[:, 1])) < 3
    assert np.all(np.isfinite(points))
    (line,) = polygons(waves.swell_line(SILENT))
    assert 1 <= float(np.ptp(line[:, 1])) < 2


def test_a_swell_line_is_one_closed_shape_in_its_box() -> None:
    data = waves.swell_line(music())
    assert data.count("M") == data.count("z") == 1
    (line,) = polygons(data)
    assert float(line[:, 1].min()) > -0.05
    assert float(line[:, 1].max()) <= 26
    assert float(np.ptp(line[:, 0])) == pytest.approx(148, abs=1)


@pytest.mark.parametrize("curve", [[0.4], [1, 0], [0, 128, 255]])
def test_a_short_curve_is_stretched(curve: list[float]) -> None:
    assert {len(line) for line in polygons(waves.contour(curve))} == {420}


def test_gauge_lines_stay_apart_and_inside_the_box() -> None:
    lines = [polygons(line)[0] for line in waves.gauge(lines=20)]
    assert len(lines) == 20
    assert all(np.all(upper[:, 1] < lower[:, 1]) for upper, lower in itertools.pairwise(lines))
    assert float(lines[0][:, 1].min()) > -0.05
    assert float(lines[-1][:, 1].max()) <= 52


@pytest.mark.parametrize("lines", [1, 2, 15, 20])
def test_a_gauge_lights_up_from_the_middle_outwards(lines: int) -> None:
    order = waves.order(lines)
    assert sorted(order) == list(range(lines))
    away = [abs(line - (lines - 1) / 2) for line in order]
    assert away == sorted(away)


def test_the_logo_winds_four_and_a_half_times_in_its_box() -> None:
    (line,) = polygons(waves.mark())
    assert np.all((line > 1) & (line < 39))
    angle = np.unwrap(np.arctan2(line[:, 1] - 20, line[:, 0] - 20))
    assert float(angle[-1] - angle[0]) == pytest.approx(9 * np.pi, abs=0.1)


def test_an_empty_library_has_six_rings() -> None:
    assert len(re.findall("M", waves.rings())) == waves.rings().count("z") == 6


def test_a_contour_without_lines_is_refused() -> None:
    with pytest.raises(PictureError, match="Ask for 2 or more of each"):
        waves.contour(music(), lines=1)


def test_a_curve_that_is_not_loudness_is_refused() -> None:
    with pytest.raises(PictureError, match="negative or not a number"):
        waves.swell_line([0.5, -1])
