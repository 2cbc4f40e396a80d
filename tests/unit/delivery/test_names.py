"""Names on the buyer's disk: safe everywhere, and never two alike."""

from __future__ import annotations

import ntpath
import sys
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.delivery import folders, names
from lathe.delivery.errors import TemplateError

WORDS = {
    "artist": "Erik Satie",
    "album": "Gymnopédies",
    "year": "1888",
    "track": "01",
    "title": "Lent et douloureux",
    "label": "Arcueil Éditions",
    "genre": "",
    "format": "FLAC 16-44.1",
    "barcode": "9520000000011",
}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AC/DC: Live?", "AC_DC_ Live_"),
        ("..", ""),
        ("What...", "What"),
        ("con", "_con"),
        ("LPT1.flac", "_LPT1.flac"),
        ("aux .flac", "_aux .flac"),
        ("Concerto", "Concerto"),
        ("e\u0301tude", "étude"),
        ("abc\u202egalf.exe", "abc_galf.exe"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\x85b\u2028c\x00d", "a_b_c_d"),
    ],
)
def test_a_name_is_safe(text: str, name: str) -> None:
    assert names.safe(text) == name


def is_reserved(name: str) -> bool:
    """Whether Windows keeps a name for itself; one way of asking went when the other came."""
    return ntpath.isreserved(name) if sys.version_info >= (3, 13) else PureWindowsPath(name).is_reserved()


@given(st.text(max_size=500))
def test_whatever_a_title_holds_its_name_is_one_harmless_part_of_a_path(title: str) -> None:
    name = names.safe(title)
    assert len(name.encode()) <= names.LONGEST_NAME_BYTES + 1
    assert not set(name) & set('/\\:*?"<>|')
    assert name == unicodedata.normalize("NFC", name).strip(". ")
    assert not {unicodedata.category(letter) for letter in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(name) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f\ufeff")
    assert not is_reserved(name or "a")


@given(
    st.lists(st.text("aAéE\u0301/ .", min_size=1, max_size=6).map(lambda text: text.strip("/ ") or "x"), max_size=12)
)
def test_no_two_paths_are_alike_even_where_case_is_folded(paths: list[str]) -> None:
    found = names.unique(paths)
    assert len({unicodedata.normalize("NFKC", path).casefold() for path in found}) == len(paths)
    folders_of = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    assert not folders_of & set(found)


def test_a_path_that_is_taken_gets_a_number_before_its_ending() -> None:
    assert names.unique(["A/one.flac", "a/ONE.flac", "A/one.flac"]) == [
        "A/one.flac",
        "a/ONE (2).flac",
        "A/one (3).flac",
    ]


def test_the_usual_template_puts_a_cut_in_a_folder_of_its_own() -> None:
    path = folders.parse("").path(WORDS, "flac")
    assert path == "Erik Satie – Gymnopédies (FLAC 16-44.1)/01 Lent et douloureux.flac"


def test_a_folder_of_which_nothing_is_known_is_left_out() -> None:
    assert folders.parse("{genre}/{artist}/{title}").path(WORDS, "mp3") == "Erik Satie/Lent et douloureux.mp3"
    assert (
        folders.parse("{genre} - {album} ({genre})/{title}").path(WORDS, "mp3") == "Gymnopédies/Lent et douloureux.mp3"
    )


@pytest.mark.parametrize(
    "text",
    [
        *("../{title}", "/{title}", "{album}/", "{album}//{title}", "C:{title}", "{title}\\{track}", "{artist}"),
        *("{nonsense} {title}", "{title", "{title!r}", "{title.__class__}", "{title}\0", "x" * 121),
        "{album}/{album}/{album}/{album}/{album}/{title}",
    ],
)
def test_a_template_that_could_lead_astray_is_refused_in_words(text: str) -> None:
    with pytest.raises(TemplateError) as refused:
        folders.parse(text)
    assert str(refused.value).endswith(".")


@given(
    template=st.sampled_from([*folders.PRESETS, "..{artist}/{title}", "{album}/{genre}/{label}/{year}/{title}"]),
    word=st.text(max_size=300),
)
def test_whatever_the_catalogue_says_a_path_stays_inside_and_fits_every_disk(template: str, word: str) -> None:
    path = folders.parse(template).path(dict.fromkeys(folders.FIELDS, word), "flac")
    parts = path.split("/")
    assert all(part and part not in (".", "..") and len(part.encode()) <= 255 for part in parts)
    assert not PurePosixPath(path).is_absolute()
    assert len(path) <= folders.LONGEST_PATH + 2 * folders.MOST_PARTS + len(".flac")
