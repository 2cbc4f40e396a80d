"""Preparing an issue: its files, made and held against the books, before anything is written down.

It reads and writes files, and no row; so several can be prepared at once, each in a process of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lathe.basics import clock
from lathe.ledger.models import Posting
from lathe.reports import making, opening
from lathe.reports.errors import ReportError
from lathe.reports.formats import series_named
from lathe.reports.formats.base import Report
from lathe.reports.material import Heading
from lathe.reports.models import Issue
from lathe.reports.opening import Wanted
from lathe.reports.rules import Month, Window, series_number
from lathe.reports.source.books import Books


@dataclass(frozen=True)
class Place:
    """Where an issue will stand: its series and number, how far the books count for it, and the moment it is made."""

    series: str
    number: int
    cut: int
    at: datetime


@dataclass(frozen=True)
class File:
    """A file that was made, with the path where it lies for now."""

    report: str
    name: str
    media_type: str
    path: Path
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Prepared:
    """All of an issue but its row."""

    wanted: Wanted
    place: Place
    heading: Heading
    files: tuple[File, ...]


def prepare(wanted: Wanted, places: Sequence[Place], folder: Path) -> list[Prepared]:
    """Make every file of one party's series into a folder; what covers the same is read from the books once.

    Raises ReportError where the month may not be issued, or a file does not add up to the ledger.
    """
    windows = {place: window_of(wanted, place) for place in places}
    made = {}
    for window in dict.fromkeys(windows.values()):
        with opening.opened(wanted, window, places[0].at) as books:
            for place in places:
                if windows[place] == window:
                    made[place] = _prepared(wanted, place, books, folder)
    return [made[place] for place in places]


def _prepared(wanted: Wanted, place: Place, books: Books, folder: Path) -> Prepared:
    numbered = books.numbered(series_number(place.series, place.number))
    files = tuple(_made(report, numbered, folder) for report in series_named(place.series))
    return Prepared(wanted, place, numbered.heading, files)


def window_of(wanted: Wanted, place: Place) -> Window:
    """What an issue covers: the month, and what came late for those before. Raises ReportError where it may not be."""
    _check_month(wanted.month, place.at)
    window = Window.of_month(wanted.month, place.cut)
    before = opening.last_issue(place.series, wanted)
    if before is None:
        return window
    _check_order(before, wanted, place)
    return opening.following(before, window)


def _check_month(month: Month, at: datetime) -> None:
    if at < month.end:
        raise ReportError(f"{month} still runs; what it brings can be issued from {month.end:%Y-%m-%d}, 0:00 UTC, on.")


def _check_order(before: Issue, wanted: Wanted, place: Place) -> None:
    covered = Month(before.month.year, before.month.month)
    number = series_number(before.series, before.number)
    if wanted.month <= covered:
        raise ReportError(
            f"{wanted.month} was issued with {number} or before. What is issued stands as it is; what was posted since "
            f"comes with the next, for {covered.next}."
        )
    if wanted.month != covered.next and _between(wanted, covered, place.cut):
        raise ReportError(f"{covered.next} comes first: something was posted in it, and the last issue is {number}.")


def _between(wanted: Wanted, covered: Month, cut: int) -> bool:
    account = opening.account_of(wanted.party.uid, wanted.currency) if wanted.party else None
    found = Posting.objects.filter(transaction__occurred_at__gte=covered.end, id__lte=cut)
    found = found.filter(transaction__occurred_at__lt=wanted.month.start, currency=wanted.currency)
    return found.filter(account=account.id).exists() if account else found.exists()


def _made(report: Report, books: Books, folder: Path) -> File:
    path = folder / report.file_name(books)
    with path.open("wb") as out:
        making.make(report, books, out)
    with path.open("rb") as made:
        sha256 = hashlib.file_digest(made, "sha256").hexdigest()
    facts = report.facts
    return File(facts.name, path.name, facts.media_type, path, path.stat().st_size, sha256)


def moment() -> datetime:
    """The moment an issue is made, in whole seconds: it is printed, and a digest covers it."""
    return clock.now().replace(microsecond=0)
