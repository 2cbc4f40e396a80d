"""Deals as text: a row of a CSV file, or the options of a command, read into terms with every mistake named."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import StringIO
from typing import TypeVar

from django.db import transaction

from lathe.basics.errors import LatheError
from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.catalogue import queries as catalogue
from lathe.catalogue.models import Release, Track
from lathe.rights import actions
from lathe.rights.actions import DealFacts
from lathe.rights.errors import DealsRefused, RightsError
from lathe.rights.rules import PAY_AS_YOU_GO, PERMANENT_DOWNLOAD

COLUMNS = (
    *("upc", "track", "price", "floor", "wholesale", "price_code", "price_type", "model", "use", "territories_in"),
    *("territories_out", "starts", "ends", "pre_order_from", "storefronts", "clip_s"),
)
"""Of a file of deals. `upc` and `starts` must be filled; lists are parted by blanks."""
LARGEST_FILE = 20_000_000
MOST_ROWS = 100_000
Value = TypeVar("Value")


@dataclass(frozen=True)
class Imported:
    """What a file of deals came to: releases whose terms are others now, and those that had the same already."""

    rows: int
    changed: int
    unchanged: int


@transaction.atomic
def import_deals(*, text: str) -> Imported:
    """Let a file of deals be the terms of every release it names: all of it, or nothing.

    The rows of a release replace all deals it had, as a DDEX message does. Raises DealsRefused, which names each bad
    row by its line.
    """
    problems: list[str] = []
    wanted: dict[int, tuple[Release, list[DealFacts]]] = {}
    find = cache(catalogue.find)
    count = 0
    for line, row in _rows(text, problems):
        count += 1
        try:
            release, facts = read(row, find)
            actions.check_deal(facts)
        except LatheError as wrong:
            problems.append(f"Line {line}: {wrong}")
            continue
        wanted.setdefault(release.id, (release, []))[1].append(facts)
    if problems or not count:
        raise DealsRefused(tuple(problems) or ("The file has no deals in it; below the heading there is nothing.",))
    changed = sum(actions.replace_deals(release=release, deals=tuple(deals)) for release, deals in wanted.values())
    return Imported(count, changed, len(wanted) - changed)


def read(row: Mapping[str, str], find: Callable[[str], Release] = catalogue.find) -> tuple[Release, DealFacts]:
    """Read one deal; `find` gives the release of a barcode. Raises a LatheError that names every mistake in it."""
    reader = _Reader(row)
    release = reader.value("upc", find, required=True)
    start = reader.value("starts", moment, required=True)
    end = reader.value("ends", moment)
    facts = DealFacts(
        track=reader.value("track", lambda text: track_of(release, text)) if release else None,
        price=reader.value("price", Money.parse),
        floor=reader.value("floor", Money.parse),
        wholesale=reader.value("wholesale", Money.parse),
        territories=reader.territories(),
        starts_on=_day(start) or date.min,
        ends_on=_day(end),
        clip_s=reader.value("clip_s", _whole),
        model=row.get("model", "").strip() or PAY_AS_YOU_GO,
        uses=reader.words("use") or (PERMANENT_DOWNLOAD,),
        starts_at=start if isinstance(start, datetime) else None,
        ends_at=end if isinstance(end, datetime) else None,
        price_code=row.get("price_code", "").strip(),
        price_type=row.get("price_type", "").strip(),
        pre_order_from=reader.value("pre_order_from", date.fromisoformat),
        storefronts=reader.words("storefronts"),
    )
    if reader.problems or release is None:
        raise RightsError(" ".join(reader.problems))
    return release, facts


def moment(text: str) -> date | datetime:
    """A day (2026-08-14), or a time with or without a zone (2026-08-14T18:00+02:00). Raises RightsError."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-08-14") else datetime.fromisoformat(text)
    except ValueError:
        raise RightsError(f"{text!r} is no day or time; write 2026-08-14, or 2026-08-14T18:00+02:00.") from None


def track_of(release: Release, text: str) -> Track:
    """A track of a release by its ISRC or its place: '2', or '1-2' on the first disc. Raises RightsError."""
    disc, _, number = text.rpartition("-")
    wanted = text.replace("-", "").upper()
    for track in release.tracks.all():
        if track.recording.isrc and track.recording.isrc == wanted:
            return track
        if (str(track.disc_number), str(track.number)) == (disc or "1", number):
            return track
    raise RightsError(f"{release.title} has no track {text!r}; name it by its ISRC or its place, as in 2 or 1-2.")


class _Reader:
    """One row; every mistake in it becomes a sentence of `problems`."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self._row = row
        self.problems: list[str] = []

    def value(self, name: str, read: Callable[[str], Value], *, required: bool = False) -> Value | None:
        """What `read` makes of a cell; None where it is empty or wrong."""
        text = self._row.get(name, "").strip()
        if not text:
            if required:
                self.problems.append(f"`{name}` is empty.")
            return None
        try:
            return read(text)
        except (LatheError, ValueError) as wrong:
            self.problems.append(f"`{name}`: {wrong}")
            return None

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(self._row.get(name, "").split())

    def territories(self) -> TerritorySet:
        try:
            return TerritorySet.of(self.words("territories_in"), self.words("territories_out"))
        except LatheError as wrong:
            self.problems.append(f"territories: {wrong}")
            return TerritorySet()


def _rows(text: str, problems: list[str]) -> Iterable[tuple[int, dict[str, str]]]:
    """The rows with the number of their line; a heading that cannot be used is a problem, and yields none."""
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")), strict=True, restkey="", restval="")
    try:
        heading = [name.strip() for name in reader.fieldnames or ()]
        if not _is_usable(heading, problems):
            return
        reader.fieldnames = heading
        for count, row in enumerate(reader, 1):
            if count > MOST_ROWS:
                problems.append(f"Line {reader.line_num}: a file holds {MOST_ROWS} deals at most. Divide it.")
                return
            if row.pop("", None):
                problems.append(
                    f"Line {reader.line_num}: it has more cells than the heading. Put texts with commas in quotes."
                )
            else:
                yield reader.line_num, row
    except csv.Error as wrong:
        problems.append(f"Line {reader.line_num}: this is not CSV ({wrong}). Save the table as CSV with commas.")


def _is_usable(heading: list[str], problems: list[str]) -> bool:
    unknown = [name for name in heading if name not in COLUMNS]
    lacking = [name for name in ("upc", "starts") if name not in heading]
    if unknown:
        named = ", ".join(repr(name[:40]) for name in unknown)
        problems.append(f"Line 1: unknown columns {named}. Known are {', '.join(COLUMNS)}.")
    if lacking:
        problems.append(f"Line 1: the columns {', '.join(lacking)} are missing.")
    if len(set(heading)) != len(heading):
        problems.append("Line 1: a column stands there twice.")
    return not problems


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise RightsError(f"{text!r} is no whole number.")
    return int(text[:9])
