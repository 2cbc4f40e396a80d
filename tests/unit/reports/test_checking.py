"""The checker of DDEX files: a file written by hand is in order, and one error of each kind is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lathe.reports import checking

NAME = "DSR_Maple_Arcueil_Downloads_2026-10_DE_20261101T020000.tsv"
HEAD = (
    "HEAD dsrf/1 BasicAudioProfile 1.4 M-1 2026-11-01T02:00:00Z 1 1 2026-10-01 2026-10-31 Arcueil Arcueil Downloads"
    " Maple Maple -"
)
GOOD = [
    HEAD,
    "SY01.03 1 - - PayAsYouGoModel PermanentDownload DE Downloads 2 - EUR 2.92 - - - - - -",
    "RE01.03 1 1 release-7 - CAT-7 4006381333931 Satie - Gymnopedies - - Maple - - 2024-03-01 -",
    "AS02.04 1 1 track-1 DEXX12400001 Lent - Satie - PT3M12S SoundRecording - Satie|Second - - - - - - - - true - - -",
    "RE02 1 2 track-1 - 1",
    "SU01.03 1 1 1 1 - true false 1 0 2.09 - PermanentDownload",
    "SU01.03 1 1 2 2 - true false 2 1 0.83 - PermanentDownload",
    "FOOT 8 8 1 1 1",
]
"""A release sold for 2.09, a track sold twice for 0.83 and taken back once: 2.92. A dash is an empty cell."""


def checked(folder: Path, lines: list[str], name: str = NAME, *, raw: bytes | None = None) -> checking.Verdict:
    text = "".join("\t".join("" if cell == "-" else cell for cell in line.split(" ")) + "\n" for line in lines)
    path = folder / name
    path.write_bytes(text.encode() if raw is None else raw)
    return checking.check(path)


def test_a_file_written_by_hand_is_in_order(tmp_path: Path) -> None:
    verdict = checked(tmp_path, GOOD)
    assert verdict.findings == ()
    assert (verdict.profile, verdict.lines, verdict.summaries, verdict.blocks) == ("BasicAudioProfile 1.4", 8, 1, 1)


def test_a_file_without_blocks_is_a_legal_report_of_nothing(tmp_path: Path) -> None:
    nothing = [HEAD, GOOD[1].replace(" 2 - EUR 2.92", " 0 - EUR 0"), "FOOT 3 3 1 0 0"]
    assert checked(tmp_path, nothing).is_sound


def swapped(place: int, old: str, new: str) -> Callable[[], list[str]]:
    def change() -> list[str]:
        assert old in GOOD[place]
        return [*GOOD[:place], GOOD[place].replace(old, new, 1), *GOOD[place + 1 :]]

    return change


PLANTED = {
    "total": swapped(1, "2.92", "2.93"),
    "total of units": swapped(1, " 2 - EUR", " 3 - EUR"),
    "count": swapped(7, "FOOT 8", "FOOT 9"),
    "count of blocks": swapped(7, "1 1 1", "1 2 1"),
    "reference": swapped(6, "1 2 2 -", "1 2 3 -"),
    "reference to both": swapped(6, "1 2 2 -", "1 2 2 1"),
    "reference to a resource": swapped(4, "- 1", "- 2"),
    "block": swapped(5, "SU01.03 1", "SU01.03 2"),
    "summary": swapped(5, "SU01.03 1 1", "SU01.03 1 9"),
    "transaction": swapped(6, "1 1 2 2", "1 1 1 2"),
    "value": swapped(3, "DEXX12400001", "DEXX1"),
    "value of a duration": swapped(3, "PT3M12S", "3:12"),
    "value of a return": swapped(6, " 2 1 0.83", " 2 -1 0.83"),
    "empty": swapped(2, "release-7", "-"),
    "price": swapped(5, "2.09", "-"),
    "cells": swapped(4, " - 1", " 1"),
    "order": lambda: [*GOOD[:3], GOOD[5], *GOOD[3:5], *GOOD[6:]],
    "order at the end": lambda: GOOD[:-1],
    "record": swapped(4, "RE02", "RE99"),
    "profile": swapped(0, "1.4", "1.2"),
    "period": swapped(0, "2026-10-31", "2026-09-30"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_one_planted_error_of_each_kind_is_found(planted: str, tmp_path: Path) -> None:
    codes = {found.code for found in checked(tmp_path, PLANTED[planted]()).findings}
    assert planted.partition(" ")[0] in codes


@pytest.mark.parametrize(
    "name",
    [
        "report.tsv",
        NAME.replace("Maple", "Other"),
        NAME.replace("2026-10_", "2026-09_"),
        NAME.replace("_DE_", "_FR_"),
        NAME.replace("T020000", "T030000"),
    ],
)
def test_a_name_that_does_not_fit_its_file_is_found(name: str, tmp_path: Path) -> None:
    assert {found.code for found in checked(tmp_path, GOOD, name).findings} == {"name"}


@pytest.mark.parametrize("raw", [b"", b"\x00", b"HEAD\n", b"HEAD", b"\xff\xfe\t\n" * 9, b"SRHE\t\t\n", b"\n\n"])
def test_what_is_no_report_is_told_and_breaks_nothing(raw: bytes, tmp_path: Path) -> None:
    assert not checked(tmp_path, [], raw=raw).is_sound


def test_a_line_that_is_not_utf_8_is_named_by_its_number(tmp_path: Path) -> None:
    text = "".join(line.replace(" ", "\t") + "\n" for line in GOOD).encode().replace(b"Lent", b"L\xffnt")
    assert (4, "utf-8") in {(found.line, found.code) for found in checked(tmp_path, [], raw=text).findings}


def test_no_finding_is_without_its_planted_error() -> None:
    folder = Path(checking.__file__).parent
    codes = set(re.findall(r'\.say\("([a-z]+)"', (folder / "basic_audio.py").read_text("utf-8")))
    assert len(codes) >= 5
    assert codes <= {name.partition(" ")[0] for name in PLANTED}
