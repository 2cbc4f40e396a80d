"""What a file's tags say, in one form whatever program wrote them: Vorbis comments (RFC 9639, section 8.6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lathe.audio.tags import clean
from lathe.ingest import codes

STEERING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Characters that turn the direction of all that follows, the rest of a page too (UAX #9, section 2); for `translate`.

The marks of right-to-left script that turn nothing but themselves stay."""
LIMITS = {"title": 300, "artist": 200, "album": 300, "album_artist": 200}
_MOST_NAMES = 50


@dataclass(frozen=True)
class Words:
    """The tags of one file. Empty values mean that it says nothing; `problems` are tags that cannot be used."""

    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    composers: tuple[str, ...] = ()
    performers: tuple[str, ...] = ()
    disc: int | None = None
    number: int | None = None
    released_on: date | None = None
    genre: str = ""
    isrc: str = ""
    upc: str = ""
    label: str = ""
    catalogue_number: str = ""
    copyright: str = ""
    licence: str = ""
    problems: tuple[str, ...] = ()


def read(tags: Mapping[str, Sequence[str]]) -> Words:
    """Read tags by lower-case name. What cannot be used is named in `problems` and left out."""
    problems: list[str] = []
    return Words(
        title=_line(tags, ("title",), 300, problems),
        artist=_line(tags, ("artist",), 200, problems),
        album=_line(tags, ("album",), 300, problems),
        album_artist=_line(tags, ("albumartist", "album artist", "album_artist"), 200, problems),
        composers=_names(tags, "composer", problems),
        performers=_names(tags, "performer", problems),
        disc=_number(tags, ("discnumber", "disc"), 99),
        number=_number(tags, ("tracknumber", "track"), 999),
        released_on=day(_first(tags, ("date", "releasedate", "year", "originaldate"))),
        genre=_line(tags, ("genre",), 80, problems),
        isrc=_code(tags, ("isrc",), "ISRC", problems),
        upc=_code(tags, ("barcode", "upc", "ean", "ean/upn", "upc/ean"), "barcode", problems),
        label=_line(tags, ("label", "organization", "publisher"), 200, problems),
        catalogue_number=_line(tags, ("catalognumber", "cataloguenumber", "labelno"), 40, problems),
        copyright=_line(tags, ("copyright",), 300, problems),
        licence=_line(tags, ("license", "licence"), 200, problems),
        problems=tuple(problems),
    )


def line(text: str) -> str:
    """A text as one line without steering characters; empty where there is nothing to see in it."""
    whole = " ".join(clean(text).translate(STEERING).split())
    is_seen = any(unicodedata.category(letter) not in ("Cf", "Zs") for letter in whole)
    return whole if is_seen else ""


def day(text: str) -> date | None:
    """The first day that a tag's date can mean: '2026-08' is 2026-08-01. None where it is no date."""
    found = re.match(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text, re.ASCII)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def place(name: str) -> int | None:
    """The number a file's name begins with: '01 - Prelude.flac' is 1, '1-03 Prelude.flac' is 3."""
    found = re.match(r"^(?:\d{1,2}[-_])?(\d{1,3})(?=[\s._-])", name, re.ASCII)
    return int(found[1]) if found and int(found[1]) else None


def _first(tags: Mapping[str, Sequence[str]], names: tuple[str, ...]) -> str:
    for name in names:
        for text in tags.get(name, ()):
            whole = line(text)
            if whole:
                return whole
    return ""


def _line(tags: Mapping[str, Sequence[str]], names: tuple[str, ...], limit: int, problems: list[str]) -> str:
    text = _first(tags, names)
    if len(text) <= limit:
        return text
    problems.append(f"its {names[0]} tag is {len(text)} characters long, and at most {limit} fit")
    return ""


def _names(tags: Mapping[str, Sequence[str]], name: str, problems: list[str]) -> tuple[str, ...]:
    found = [line(text) for text in tags.get(name, ())][:_MOST_NAMES]
    if any(len(text) > 200 for text in found):
        problems.append(f"a {name} tag is longer than 200 characters")
    return tuple(dict.fromkeys(text for text in found if 0 < len(text) <= 200))


def _number(tags: Mapping[str, Sequence[str]], names: tuple[str, ...], most: int) -> int | None:
    """The first number of '3' or '3/12'."""
    digits = _first(tags, names).partition("/")[0].strip()
    value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
    return value if 0 < value <= most else None


def _code(tags: Mapping[str, Sequence[str]], names: tuple[str, ...], what: str, problems: list[str]) -> str:
    text = _first(tags, names)
    if not text:
        return ""
    try:
        return codes.recording_code(text) if what == "ISRC" else codes.upc(text)
    except codes.CodeError as wrong:
        problems.append(f"its {what} is left out: {wrong}")
        return ""
