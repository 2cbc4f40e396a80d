"""Plots of sums: what is drawn follows the figures."""

from __future__ import annotations

import re

import pytest

from lathe.pictures import plots
from lathe.pictures.errors import PictureError


def tops(path: str) -> float:
    """The least y that a path of relative steps reaches."""
    numbers = [float(text) for text in re.findall(r"-?\d*\.?\d+", path)]
    y = [numbers[1]]
    for step in numbers[3::2]:
        y.append(y[-1] + step)
    return min(y)


def test_the_largest_value_reaches_the_top_and_debts_lie_on_the_ground() -> None:
    _, edge = plots.grooves([0, 50, 100, -20], 300, 100)
    assert tops(edge) == pytest.approx(100 - 1 - 0.94 * 98, abs=0.5)
    _, flat = plots.grooves([-5, -1], 300, 100)
    assert tops(flat) == 99


def test_a_share_is_its_part_of_the_length_and_never_invisible() -> None:
    lit, rest = plots.share(1.0)
    assert lit
    assert rest == ""
    assert plots.share(0.0)[0] == ""
    assert plots.share(1e-9)[0] != ""


def test_one_value_cannot_be_drawn() -> None:
    with pytest.raises(PictureError, match="two values"):
        plots.grooves([1.0])
