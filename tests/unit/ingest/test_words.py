"""Tags by whatever program wrote them."""

from __future__ import annotations

from datetime import date

import pytest

from lathe.ingest import words


def test_tags_are_read_by_their_many_names() -> None:
    found = words.read(
        {
            "title": ["  Gymnopédie \n nº 1 "],
            "album artist": ["Erik Satie"],
            "organization": ["Arcueil Éditions"],
            "tracknumber": ["3/12"],
            "disc": ["2"],
            "barcode": ["09520000000011"],
            "composer": ["Erik Satie", "Erik Satie", ""],
        }
    )
    assert (found.title, found.album_artist, found.label) == ("Gymnopédie nº 1", "Erik Satie", "Arcueil Éditions")
    assert (found.disc, found.number, found.upc) == (2, 3, "9520000000011")
    assert found.composers == ("Erik Satie",)
    assert not found.problems


def test_a_tag_that_cannot_be_used_is_named_and_left_out() -> None:
    found = words.read({"title": ["x" * 301], "isrc": ["nonsense"], "tracknumber": ["A1"]})
    assert (found.title, found.isrc, found.number) == ("", "", None)
    assert any("301 characters" in problem for problem in found.problems)
    assert any("ISRC" in problem for problem in found.problems)


def test_control_characters_never_reach_a_page() -> None:
    assert words.read({"title": ["a\x1b[31mb\x00"]}).title == "a [31mb"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025", date(2025, 1, 1)),
        ("2025-05", date(2025, 5, 1)),
        ("2025-05-17T10:00:00", date(2025, 5, 17)),
        ("0000", None),
        ("2025-13", None),
        ("May", None),
        ("", None),
    ],
)
def test_a_date_is_as_much_of_one_as_there_is(text: str, day: date | None) -> None:
    assert words.day(text) == day


@pytest.mark.parametrize(
    ("name", "number"),
    [("01 - Prelude.flac", 1), ("1-03 Prelude.flac", 3), ("12.flac", 12), ("Prelude.flac", None), ("1999x.flac", None)],
)
def test_a_file_name_tells_its_place(name: str, number: int | None) -> None:
    assert words.place(name) == number


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("safe \u202egpm.exe", "safe gpm.exe"),
        ("one\r\ntwo\0three", "one two three"),
        ("\u200b\u2060", ""),
        ("\u05e9\u05dc\u05d5\u05dd\u200f!", "\u05e9\u05dc\u05d5\u05dd\u200f!"),
    ],
)
def test_a_title_turns_nothing_around_and_can_be_seen(title: str, kept: str) -> None:
    assert words.read({"title": [title]}).title == kept
