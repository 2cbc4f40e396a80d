"""Who shares in what, as a file says it: works, the recordings they are in, and the splits of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from lathe.royalties.rules.reading import Table, share

_ONE = Fraction(1)


@dataclass(frozen=True)
class Share:
    """A party by name, and its share; without a name nobody knows whose it is."""

    party: str
    share: Fraction


@dataclass(frozen=True)
class WorkIn:
    """A work by its ISWC, else its title, and its part of a recording."""

    title: str
    iswc: str
    part: Fraction


@dataclass(frozen=True)
class WorkFacts:
    """A work and who shares in it from a day on; without shares its split stays as it is."""

    title: str
    iswc: str
    is_protected: bool
    starts_on: date | None
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class RecordingFacts:
    """A recording by its ISRC: the works in it, and who shares in it from a day on. What is empty stays as it is."""

    isrc: str
    works: tuple[WorkIn, ...]
    starts_on: date | None
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Sharing:
    """All that a file says. `new_parties` are names that may be new; every other name must be known."""

    new_parties: tuple[str, ...]
    works: tuple[WorkFacts, ...]
    recordings: tuple[RecordingFacts, ...]


def read(plain: Mapping[str, Any]) -> Sharing:
    """Read a file of shares. Raises BadTerms that names every mistake."""
    table = Table(plain)
    sharing = Sharing(
        new_parties=table.texts("new_parties"),
        works=tuple(_work(item) for item in table.tables("work")),
        recordings=tuple(_recording(item) for item in table.tables("recording")),
    )
    table.done()
    if not sharing.works and not sharing.recordings:
        table.complain("there is neither a [[work]] nor a [[recording]].")
    table.refuse("The file of shares")
    return sharing


def _work(table: Table) -> WorkFacts:
    is_free = table.flag("free")
    facts = WorkFacts(_title(table), _iswc(table), not is_free, *_shares(table))
    table.done()
    return facts


def _recording(table: Table) -> RecordingFacts:
    isrc = table.text("isrc").upper().replace("-", "")
    if not isrc:
        table.complain("`isrc` is missing.")
    works = tuple(_work_in(item) for item in table.tables("work"))
    facts = RecordingFacts(isrc, works, *_shares(table))
    table.done()
    return facts


def _work_in(table: Table) -> WorkIn:
    found = WorkIn(_title(table), _iswc(table), table.read("part", share, _ONE))
    table.done()
    return found


def _title(table: Table) -> str:
    title = table.text("title")
    if not title:
        table.complain("`title` is missing.")
    return title


def _iswc(table: Table) -> str:
    return table.text("iswc").upper().replace("-", "").replace(".", "")[:11]


def _shares(table: Table) -> tuple[date | None, tuple[Share, ...]]:
    shares = tuple(_share(item) for item in table.tables("share"))
    starts_on = table.day("starts_on")
    if shares and starts_on is None:
        table.complain("`starts_on` is missing: the day from which these shares count.")
    return starts_on, shares


def _share(table: Table) -> Share:
    found = Share(table.text("party"), table.read("share", share, Fraction(0), required=True))
    table.done()
    return found
