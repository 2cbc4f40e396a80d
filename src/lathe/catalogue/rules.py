"""Pure decisions of the catalogue: slugs, folding, labels of masters, the running order of words in a search."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from lathe.catalogue.errors import CatalogueError

_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "ø": "o",
        "Ø": "O",
        "œ": "oe",
        "Œ": "OE",
        "đ": "d",
        "ł": "l",
        "Ł": "L",
        "þ": "th",
        "ð": "d",
    }
)


def fold(text: str) -> str:
    """Lower case without diacritics, so that 'Gymnopédie' is found by 'gymnopedie'."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).lower()


def slug(text: str, *, instead: str, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """A short name for an address, unlike any in `taken`: 'Prélude no. 4' becomes 'prelude-no-4'.

    Addresses are ASCII; `instead` is for a text of which nothing is left in it.
    """
    base = _ascii(text) or instead
    name, count = base, 2
    while name in taken:
        name, count = f"{base}-{count}", count + 1
    return name


def genre_slug(genre: str) -> str:
    """The short name of a genre. It hangs on the genre alone, and no two share one: what ASCII has no letters for
    becomes a digest.
    """
    folded = fold(genre)
    is_kept = all(letter.isascii() for letter in folded if letter.isalnum())
    digest = "" if is_kept else hashlib.sha256(folded.encode()).hexdigest()[:8]
    return f"{_ascii(genre)[:70]}-{digest}".strip("-")


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:180]


def master_label(bits: int, sample_rate_hz: int) -> str:
    """How people write a master: '24/96', '16/44.1'."""
    return f"{bits}/{sample_rate_hz / 1000:g}"


def terms(text: str) -> list[str]:
    """The folded words of a text."""
    return re.findall(r"[^\W_]+", fold(text))


def words(text: str) -> list[str]:
    """The folded words of a search: at most eight, from its first 200 characters."""
    return terms(text[:200])[:8]


def distance(left: str, right: str, bound: int) -> int:
    """Typing errors between two words (optimal string alignment), or bound + 1 when there are more."""
    if abs(len(left) - len(right)) > bound:
        return bound + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > bound:
            return bound + 1
    return row[-1]


def check_parts(parts: Sequence[Fraction]) -> None:
    """Raise CatalogueError unless the parts of works in a recording are more than nothing and make one."""
    if not parts or any(part <= 0 or len(str(part)) > 40 for part in parts) or sum(parts) != 1:
        said = " + ".join(str(part) for part in parts) or "nothing"
        raise CatalogueError(f"The works of a recording make one; {said} does not. Write for example 1/2 and 1/2.")
