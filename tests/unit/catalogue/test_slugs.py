"""Addresses are ASCII, whatever script a title is in."""

from __future__ import annotations

import pytest

from lathe.catalogue import rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prélude no. 4", "prelude-no-4"),
        ("Łódź Ærø", "lodz-aero"),
        ("東京 Live", "live"),
        ("夜に駆ける", "4988009876543"),
        ("Чайковский", "4988009876543"),
        ("🎵🎶", "4988009876543"),
        ("x" * 300, "x" * 180),
    ],
)
def test_a_text_of_which_ascii_keeps_nothing_has_a_stand_in(text: str, expected: str) -> None:
    assert rules.slug(text, instead="4988009876543") == expected


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert rules.slug("歌", instead="track-7", taken={"track-7", "track-7-2"}) == "track-7-3"


def test_no_two_genres_share_an_address() -> None:
    genres = ["演歌", "民謡", "演歌 1", "民謡 1", "1", "Рок", "Jazz"]
    assert len({rules.genre_slug(genre) for genre in genres}) == len(genres)
    assert all(rules.genre_slug(genre).isascii() for genre in genres)
    assert rules.genre_slug("Musique concrète") == "musique-concrete"
    assert rules.genre_slug("JAZZ") == rules.genre_slug("jazz")
    assert rules.genre_slug("") == ""
