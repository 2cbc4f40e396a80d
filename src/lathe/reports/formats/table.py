"""Tables as CSV (RFC 4180, UTF-8, LF): the writer that the formats share, and what keeps spreadsheets from harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import BinaryIO

AT_ONCE = 500
"""Rows that are put into text before they are written."""
_FORMULA = frozenset("=+-@\t\r")


def write(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a heading and rows, some hundred at a time."""
    every = chain([columns], rows)
    while batch := list(islice(every, AT_ONCE)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(batch)
        out.write(text.getvalue().encode("utf-8", "replace"))


def safe(cell: str) -> str:
    """Text from outside as a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in _FORMULA else cell
