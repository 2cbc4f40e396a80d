"""What every report format offers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO, Protocol

from lathe.reports.material import Material


class Subject(Enum):
    """Whom a report is about."""

    PARTY = "party"
    SHOP = "shop"


@dataclass(frozen=True)
class Facts:
    """What a format is, as data.

    Formats of one `series` are issued together, under one number; an empty series is never issued. `currencies` bounds
    what it can be made in; None is any. `counts` says which totals it writes and `Written` must state.
    """

    name: str
    sentence: str
    subject: Subject
    series: str
    media_type: str
    suffix: str
    currencies: frozenset[str] | None = None
    counts: frozenset[str] = frozenset({"owed", "units"})


@dataclass(frozen=True)
class Written:
    """What a format wrote, added up from what it wrote: lines of data, cuts sold less those taken back, micro amounts.

    `owed_micro` is what moved the party's account, `net_micro` what buyers paid without tax.
    """

    lines: int
    units: int = 0
    owed_micro: int = 0
    net_micro: int = 0


class Report(Protocol):
    """A format. The same material gives the same bytes; memory does not grow with the lines."""

    facts: Facts

    def file_name(self, material: Material) -> str:
        """The name of the file, of letters, digits, dots, dashes and underscores."""
        ...

    def write(self, material: Material, out: BinaryIO) -> Written:
        """Write the whole file. Raises ReportError where something that it needs is not known."""
        ...


def plain_name(material: Material, report: str, suffix: str) -> str:
    """The name of a file whose standard prescribes none: 'statement-000012_arcueil_2026-10_EUR.csv'."""
    heading = material.heading
    parts = (heading.number or f"{report}-draft", heading.party.slug, heading.month, heading.currency)
    return "_".join(part for part in parts if part) + suffix
