"""Names for the buyer's disk, safe on every file system in use, and unlike each other on those that fold case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

LONGEST_NAME_BYTES = 200
"""Of one name; file systems take 255, and a tool may put something behind it."""
_LONGEST_SLUG = 80
_UNSAFE = re.compile(r'[/\\:*?"<>|]')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Persian, Hindi and others spell with them."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\s*(?:\.|$))", re.IGNORECASE)
"""Names that are devices on Windows, whatever extension they have."""


def safe(text: str, *, most: int = LONGEST_NAME_BYTES) -> str:
    """A text as one name: NFC, no separators, no control or direction marks, no device, no dot or blank at its ends.

    At most `most` characters and LONGEST_NAME_BYTES bytes. Empty where nothing is left.
    """
    composed = unicodedata.normalize("NFC", text)
    seen = "".join("_" if _is_invisible(letter) else letter for letter in composed)
    name = _short(_UNSAFE.sub("_", seen).strip(". "), most)
    return f"_{name}" if _DEVICES.match(name) else name


def place(*, number: int, disc: int, discs: int) -> str:
    """Where a track stands: '04', or '2-04' on sets."""
    return f"{disc}-{number:02d}" if discs > 1 else f"{number:02d}"


def address(release_slug: str, place: str, track_slug: str, extension: str) -> str:
    """A file's name in an address: ASCII, for tools that name what they fetch by its address."""
    return f"{release_slug[:_LONGEST_SLUG]}-{place}-{track_slug[:_LONGEST_SLUG]}.{extension}"


def unique(paths: Iterable[str]) -> list[str]:
    """The paths in order; one that a file system could take for an earlier one gets a number: 'a.flac', 'A (2).flac'.

    A file never has the path of a folder either.
    """
    wanted = list(paths)
    taken = {_folded(str(folder)) for path in wanted for folder in PurePosixPath(path).parents}
    found = []
    for path in wanted:
        name = next(name for name in _versions(path) if _folded(name) not in taken)
        taken.add(_folded(name))
        found.append(name)
    return found


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in _INVISIBLE and letter not in _JOINERS


def _versions(path: str) -> Iterable[str]:
    yield path
    stem, dot, extension = path.rpartition(".")
    count = 2
    while True:
        yield f"{stem} ({count}){dot}{extension}" if dot else f"{path} ({count})"
        count += 1


def _folded(path: str) -> str:
    """What of a path counts on a file system that folds case and composes marks."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _short(text: str, most: int) -> str:
    return text[:most].encode()[:LONGEST_NAME_BYTES].decode(errors="ignore").strip(". ")
