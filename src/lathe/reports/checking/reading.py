"""Reading a flat file: lines to cells, cells to values, and the kinds of value that a cell may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from lathe.reports.checking.findings import Finding, Verdict

MOST = 100
"""Findings that are kept; a file that is wrong throughout needs no more."""

Columns = Sequence[tuple[str, str]]
"""Cells after RecordType: a name, and a kind with `!` where it must be filled."""
Cells = Mapping[str, str]

_KINDS = {
    "text": re.compile(r".+"),
    "count": re.compile(r"-?\d+"),
    "units": re.compile(r"\d+"),
    "amount": re.compile(r"-?\d+(\.\d+)?"),
    "price": re.compile(r"\d+(\.\d+)?"),
    "bool": re.compile(r"true|false"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "moment": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"),
    "currency": re.compile(r"[A-Z]{3}"),
    "territory": re.compile(r"[A-Z]{2}|Worldwide"),
    "isrc": re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}(\|[A-Z]{2}[A-Z0-9]{3}\d{7})*"),
    "icpn": re.compile(r"\d{12,14}"),
    "span": re.compile(r"PT(\d+H)?(\d+M)?\d+(\.\d+)?S"),
    "model": re.compile(r"PayAsYouGoModel|FreeOfChargeModel|SubscriptionModel|AdvertisementSupportedModel"),
    "use": re.compile(r"PermanentDownload|ConditionalDownload|OnDemandStream|NonInteractiveStream"),
    "refs": re.compile(r"[^|]+(\|[^|]+)*"),
}


class Reader:
    """Gives the records of a file one by one, and gathers what is wrong."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self.name = name
        self.line = 0
        self.profile = ""
        self.summaries = self.blocks = 0
        self._findings: list[Finding] = []

    def say(self, line: int, code: str, sentence: str) -> None:
        """Add a finding."""
        if len(self._findings) < MOST:
            self._findings.append(Finding(line, code, sentence))

    def verdict(self) -> Verdict:
        return Verdict(self.profile, self.line, self.summaries, self.blocks, tuple(self._findings))

    def first_word(self) -> str:
        """The first cell of the file, which says what kind of report it is; nothing is used up."""
        first = self._file.readline()
        self._file.seek(0)
        return first.split(b"\t", 1)[0].strip().decode("utf-8", "replace")[:20]

    def records(self, columns: Mapping[str, Columns]) -> Iterator[tuple[str, Cells]]:
        """Each record by name, with its cells; one that cannot be read is told and left out."""
        for raw in self._file:
            self.line += 1
            text = self._text(raw)
            kind, *cells = text.split("\t")
            if kind not in columns:
                self.say(self.line, "record", f"{kind[:20]!r} is no record of this profile.")
            elif len(cells) != len(columns[kind]):
                self.say(
                    self.line, "cells", f"{kind} has {len(cells) + 1} cells where {len(columns[kind]) + 1} belong."
                )
            else:
                yield kind, self._checked(kind, columns[kind], cells)

    def _text(self, raw: bytes) -> str:
        if not raw.endswith(b"\n"):
            self.say(self.line, "line", "The last line does not end.")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            self.say(self.line, "utf-8", "The line is not UTF-8.")
            text = raw.decode("utf-8", "replace")
        return text.rstrip("\n").rstrip("\r")

    def _checked(self, kind: str, columns: Columns, cells: Sequence[str]) -> Cells:
        read = {name: cell for (name, _), cell in zip(columns, cells, strict=True)}
        for name, wanted in columns:
            cell = read[name]
            if not cell and wanted.endswith("!"):
                self.say(self.line, "empty", f"{kind} needs {name}.")
            elif cell and not _KINDS[wanted.rstrip("!")].fullmatch(cell):
                self.say(self.line, "value", f"{name} of {kind} is {cell[:40]!r}; it should be: {wanted.rstrip('!')}.")
        return read


def number(text: str) -> Decimal:
    """A cell as a number; one that is none was told already, and counts nothing."""
    return Decimal(text) if _KINDS["amount"].fullmatch(text) else Decimal(0)


def day(text: str) -> date | None:
    """A cell as a day, None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """A cell as a moment, None where it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
