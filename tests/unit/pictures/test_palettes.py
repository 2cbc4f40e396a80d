import pytest

from lathe.pictures import colour
from lathe.pictures.palettes import PALETTES, Palette

EVERY = pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)


def test_there_are_twenty_four_palettes_on_different_grounds() -> None:
    assert len(PALETTES) == 24
    assert len({palette.ground for palette in PALETTES.values()}) == 24


@EVERY
def test_the_main_line_stands_out_from_the_ground(palette: Palette) -> None:
    assert colour.contrast(palette.line, palette.ground) >= 4.5


@EVERY
def test_the_second_line_can_be_seen_on_the_ground(palette: Palette) -> None:
    assert colour.contrast(palette.second, palette.ground) >= 2.2


@EVERY
def test_where_both_inks_lie_it_is_not_the_ground_that_shows(palette: Palette) -> None:
    assert colour.contrast(palette.both, palette.ground) >= 4.5


def test_the_hues_lie_all_round_the_wheel() -> None:
    hues = {colour.accent_hue(palette.ground, (palette.line,)) for palette in PALETTES.values()}
    assert len(hues) >= 15
    for sixth in range(0, 360, 60):
        assert any(sixth <= hue < sixth + 60 for hue in hues), f"no ground between {sixth} and {sixth + 60} degrees"
