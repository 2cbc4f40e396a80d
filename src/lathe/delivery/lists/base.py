"""What a form of list is given, and what it answers for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Entry:
    """A file in a list. `path` is where the buyer's template puts it, `address` the last part of its URL.

    `size` in bytes and `sha256` in hexadecimal are None until they are known.
    """

    url: str
    path: str
    address: str
    title: str
    artist: str
    duration_s: float
    size: int | None
    sha256: str | None


@dataclass(frozen=True)
class Listed:
    """A list: what it is of, its own URL, which gives fresh links whenever it is asked, and its files."""

    title: str
    url: str
    entries: Sequence[Entry]


class ListForm(Protocol):
    """Writes lists in one form. `name` is what its address ends with."""

    name: str
    media_type: str

    def write(self, listed: Listed) -> str:
        """The list as text, to be sent as UTF-8."""
        ...
