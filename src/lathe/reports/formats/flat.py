"""DDEX flat files (DSR Part 1): cells, records by layout, and file names.

UTF-8 lines of cells between tabs, values of one cell between pipes, nothing quoted: what would break a cell is taken
out of it (clause 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import BinaryIO

from lathe.reports.errors import ReportError
from lathe.reports.formats.layouts import Layout

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85|\u2028\u2029]+")
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z-]+")


def cell(text: str) -> str:
    """Text from outside without what ends a cell, a value or a line."""
    return _BREAKS.sub(" ", text).strip()


def several(texts: Iterable[str]) -> str:
    """Several values in one cell."""
    return "|".join(filter(None, map(cell, texts)))


def word(text: str) -> str:
    """A name as it may stand in a file name: letters, digits and dashes."""
    return _NOT_IN_NAMES.sub("", text) or "unknown"


def stamp(moment: datetime) -> str:
    """A moment inside a record, RFC 3339."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def file_name(parts: Iterable[str], moment: datetime) -> str:
    """`DSR_<recipient>_<sender>_<service>_<period>_<territory>_<moment>.tsv` (Part 1, clause 8)."""
    return "_".join(["DSR", *parts, f"{moment:%Y%m%dT%H%M%S}"]) + ".tsv"


class Writer:
    """Writes records by a layout and counts them. `flush` at the end; nothing but a batch of lines is held."""

    AT_ONCE = 500

    def __init__(self, layout: Layout, out: BinaryIO) -> None:
        self._layout, self._out = layout, out
        self._held: list[str] = []
        self.lines = 0

    def record(self, kind: str, values: Mapping[str, object]) -> None:
        """One record. `values` may leave out optional cells; a mandatory one that is missing raises ReportError."""
        cells = [kind]
        for name, is_mandatory in self._layout.records[kind]:
            text = str(values.get(name, ""))
            if is_mandatory and not text:
                raise ReportError(f"A {kind} record needs {name}, and it is not known.")
            cells.append(text)
        self._held.append("\t".join(cells) + "\n")
        self.lines += 1
        if len(self._held) >= self.AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        self._out.write("".join(self._held).encode("utf-8", "replace"))
        self._held.clear()
