"""The sheet on a piece of music: the same figures, the same bytes; marks stand where they belong."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from lathe.pictures import heat, sheet
from lathe.pictures.sheet import LEFT, MARK, Mark, Sheet

LEVELS = np.linspace(0, 1, 300 * 960, dtype=np.float32).reshape(300, 960)
PLAIN = Sheet("Lent", "FLAC", LEVELS, [200] * 1400, [255] * 1400, 22_050, 187.4, 24, 16)


def drawn(one: Sheet) -> np.ndarray:
    return np.array(Image.open(BytesIO(sheet.png(one))))


def test_the_same_figures_give_the_same_bytes() -> None:
    assert sheet.png(PLAIN) == sheet.png(PLAIN)


def test_a_mark_at_a_moment_stands_in_its_column() -> None:
    marked = (drawn(replace(PLAIN, marks=[Mark("cut", at_s=93.7)])) == MARK).all(axis=2)
    columns = np.nonzero(marked.sum(axis=0) > 100)[0]
    assert abs(int(columns.mean()) - (LEFT + 480)) <= 2


def test_a_mark_at_a_frequency_points_at_its_height() -> None:
    middle = (drawn(replace(PLAIN, marks=[Mark("hard", at_hz=11_025)])) == MARK).all(axis=2)[:, :LEFT]
    top = (drawn(replace(PLAIN, marks=[Mark("hard", at_hz=22_050)])) == MARK).all(axis=2)[:, :LEFT]
    heights = [float(np.nonzero(found)[0].mean()) for found in (middle, top)]
    assert heights[0] - heights[1] == pytest.approx(150, abs=2)


def test_silence_and_long_names_are_drawn_too() -> None:
    silent = replace(PLAIN, levels=LEVELS * 0, peaks=[0] * 1400, envelope=[0] * 1400, bits_used=0, duration_s=0)
    assert drawn(silent).shape == drawn(replace(silent, title="Très long " * 100)).shape


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (187.4, "3:07"), (3723, "1:02:03")])
def test_lengths_read_as_on_a_clock(seconds: float, text: str) -> None:
    assert sheet.clock(seconds) == text


def test_colours_grow_lighter_with_the_level() -> None:
    light = heat.table().astype(int).sum(axis=1)
    assert (np.diff(light) >= -2).all()
    assert heat.colours(np.array([0, 1], np.float32)).tolist() == [[13, 12, 24], [255, 244, 200]]
