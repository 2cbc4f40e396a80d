import numpy as np
import pytest

from lathe.pictures import colour
from lathe.pictures.errors import PictureError


def test_black_on_white_has_the_highest_contrast() -> None:
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("code", "lightness", "chroma", "angle"),
    [("#ff0000", 0.6280, 0.2577, 29.23), ("#00ff00", 0.8664, 0.2948, 142.50), ("#0000ff", 0.4520, 0.3132, 264.05)],
)
def test_the_primaries_have_the_oklch_values_of_css_color_4(
    code: str, lightness: float, chroma: float, angle: float
) -> None:
    lab = colour.oklab(colour.rgb(code))
    assert float(lab[0]) == pytest.approx(lightness, abs=1e-3)
    assert colour.chroma_and_angle(lab) == (pytest.approx(chroma, abs=1e-3), pytest.approx(angle, abs=0.05))


def test_white_has_no_colour() -> None:
    lab = colour.oklab(colour.rgb("#ffffff"))
    assert np.allclose(lab, [1, 0, 0], atol=1e-4)


def test_angles_round_to_tens_and_never_reach_a_full_turn() -> None:
    assert [colour.step_of(angle) for angle in (0, 4.9, 5, 84.9, 354.9, 355, 359.9)] == [0, 0, 10, 80, 350, 0, 0]


def test_a_grey_ground_leaves_the_accent_to_the_line() -> None:
    assert colour.accent_hue("#e9e7e0", ("#c02a1b",)) == 30
    assert colour.accent_hue("#13244a", ("#c02a1b",)) == 260


def test_light_inks_add_up_and_dark_inks_cover() -> None:
    assert colour.overprint("#800000", "#008000", "#000000") == "#808000"
    assert colour.overprint("#ff0000", "#ffff00", "#ffffff") == "#ff0000"


@pytest.mark.parametrize("code", ["", "red", "#fff", "#12345g", "123456 "])
def test_a_colour_that_is_not_one_is_refused_by_name(code: str) -> None:
    with pytest.raises(PictureError, match="is not a colour"):
        colour.rgb(code)
