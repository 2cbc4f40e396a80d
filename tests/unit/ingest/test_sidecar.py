"""The sidecar is read strictly: every mistake is named at once, and no path leads out of its folder."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lathe.basics.money import Money
from lathe.ingest import sidecar
from lathe.ingest.errors import SidecarError
from lathe.ingest.notes import Credit, Royalty, Sidecar

WHOLE = """
title = "Gymnopédies"
upc = "0 9520000000011"
label = "Arcueil Éditions"
released_on = 2025-05-17

[cover]
motif = "spiral"
palette = "mustard"

[[artists]]
name = "Erik Satie"
role = "composer"

[[tracks]]
file = "CD1/01.flac"
title = "Gymnopédie nº 1"
tempo = "Lent et douloureux"
isrc = "FR-Z99-25-00001"
disc = 1
number = 1
composer = "Erik Satie"

[[grants]]
document = "mandate.txt"
territories_in = ["DE", "FR"]
signed_by = "Camille Arnaud"
signed_on = 2025-01-15

[[deals]]
scope = "track"
files = ["CD1/01.flac"]
price = "0.99EUR"
floor = "0.49EUR"
territories_out = ["US"]

[royalty]
share = "70%"
use_wholesale = true
"""


def read(folder: Path, text: str) -> Sidecar:
    path = folder / sidecar.NAME
    path.write_text(text, encoding="utf-8")
    return sidecar.read(path)


def problems(folder: Path, text: str) -> str:
    with pytest.raises(SidecarError) as caught:
        read(folder, text)
    return "\n".join(caught.value.problems)


def test_everything_a_label_may_say_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, WHOLE)
    assert (found.title, found.upc, found.released_on) == ("Gymnopédies", "9520000000011", date(2025, 5, 17))
    note = found.note_of("CD1/01.flac")
    assert note is not None
    assert (note.isrc, note.tempo, note.credits) == (
        "FRZ992500001",
        "Lent et douloureux",
        (Credit("Erik Satie", "composer"),),
    )
    assert found.grants[0].document == tmp_path / "mandate.txt"
    assert found.grants[0].starts_on == date(2025, 1, 15)
    assert "DE" in found.grants[0].territories
    assert "US" not in found.grants[0].territories
    assert found.deals is not None
    assert found.deals[0].price == Money(99, "EUR")
    assert found.royalty == Royalty(Fraction(7, 10), use_wholesale=True)


def test_a_sidecar_that_says_nothing_of_deals_is_not_one_that_names_none(tmp_path: Path) -> None:
    assert read(tmp_path, "").deals is None
    assert read(tmp_path, "deals = []").deals == ()


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    said = problems(
        tmp_path,
        'titel = "x"\nreleased_on = "yesterday"\nupc = "12"\n[[deals]]\nscope = "song"\nprice = "cheap"\n'
        '[[tracks]]\nfile = "a.flac"\nisrc = "nonsense"\nnumber = 0',
    )
    for word in ("`titel` is unknown", "released_on", "`upc`", "scope", "'cheap' is not a price", "isrc", "`number`"):
        assert word in said
    assert "In deals 1:" in said
    assert "In tracks 1:" in said


@pytest.mark.parametrize("name", ["../other.flac", "/etc/passwd", "a/../../b.flac", "..\\b.flac", "C:\\x.flac"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    said = problems(tmp_path, f"[[tracks]]\nfile = {name!r}")
    assert "leads out of the folder" in said


@pytest.mark.parametrize("name", [".", "./.", "x" * 256, "d/" + "é" * 128])
def test_what_cannot_be_the_name_of_a_file_is_said_so(tmp_path: Path, name: str) -> None:
    said = problems(tmp_path, f'[[deals]]\nscope = "track"\nprice = "0.99EUR"\nfiles = [{json.dumps(name)}]')
    assert "cannot be the name of a file" in said


@pytest.mark.parametrize("title", ["two\nlines", "tab\tbed", "turned \u202ecalf.3pm", "apart \u2066here", "bell\a"])
def test_a_title_is_one_line_of_printed_characters(tmp_path: Path, title: str) -> None:
    assert "`title` holds control characters" in problems(tmp_path, f"title = {json.dumps(title)}")
    assert "`composer` holds control characters" in problems(
        tmp_path, f'[[tracks]]\nfile = "a.flac"\ncomposer = [{json.dumps(title)}]'
    )


def test_a_title_that_nobody_can_see_is_none(tmp_path: Path) -> None:
    assert "nothing that can be seen" in problems(tmp_path, 'title = "\\u200b\\u2060"')


def test_a_note_may_have_paragraphs(tmp_path: Path) -> None:
    assert read(tmp_path, 'title = "T"\nnote = "One.\\n\\nTwo."').note == "One.\n\nTwo."


def test_a_circle_of_links_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("b.txt")
    (tmp_path / "b.txt").symlink_to("a.txt")
    said = problems(tmp_path, '[[grants]]\ndocument = "a.txt"\nsigned_by = "X"\nsigned_on = 2025-01-15\n')
    assert "leads out of the folder" in said


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not yours", encoding="utf-8")
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "mandate.txt").symlink_to(secret)
    said = problems(folder, '[[grants]]\ndocument = "mandate.txt"\nsigned_by = "X"\nsigned_on = 2025-01-15\n')
    assert "leads out of the folder" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[deals]]\nscope = "release"\nprice = "0.40EUR"\nfloor = "0.49EUR"', "lies below `floor`"),
        ('[[deals]]\nscope = "release"\nprice = "0.99EUR"\nwholesale = "0.45USD"', "use one currency"),
        ('[[deals]]\nscope = "release"\nprice = "0.99EUR"\nfiles = ["a.flac"]', "`files` belongs to deals with scope"),
        (
            '[[deals]]\nscope = "release"\nprice = "0.99EUR"\nstarts_on = 2025-02-01\nends_on = 2025-01-01',
            "lies before `starts_on`",
        ),
        ('[[deals]]\nscope = "release"\nprice = "0.99EUR"\nterritories_in = ["Germany"]', "not an ISO 3166"),
        ('[royalty]\nshare = "120%"', "between 0% and 100%"),
        ("[royalty]", "name a `share`"),
        ('[[tracks]]\nfile = "a.flac"\n[[tracks]]\nfile = "a.flac"', "more than once"),
        ('[cover]\nfile = "c.jpg"\nmotif = "spiral"', "name either a `file`"),
        (f'title = "{"x" * 301}"', "at most 300 fit"),
        ("title = 5", "must be text in quotes"),
        ("artists = 3", "tables, each written [[artists]]"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in problems(tmp_path, text)


def test_a_file_that_is_no_toml_or_too_large_is_refused(tmp_path: Path) -> None:
    assert "is not TOML" in problems(tmp_path, "title = ")
    assert "larger than 256 KiB" in problems(tmp_path, "#" * (256 * 1024 + 1))
    path = tmp_path / sidecar.NAME
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(SidecarError, match="not UTF-8"):
        sidecar.read(path)
