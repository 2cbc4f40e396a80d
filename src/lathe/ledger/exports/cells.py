"""Lines of comma-separated values (RFC 4180) that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def line(cells: Iterable[object]) -> str:
    """One line, ended. An amount may begin with a minus; other text that begins like a formula gets an apostrophe."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow([_safe(str("" if cell is None else cell)) for cell in cells])
    return written.getvalue()


def _safe(cell: str) -> str:
    is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else cell
