"""What a statement's page shows beside its figures: the plots, each with its figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from lathe.pictures import plots
from lathe.reports import sides as naming
from lathe.reports.material import Earnings, Share
from lathe.reports.rules import Month

LINES = 200
"""Postings that a page lists; the table that is issued has all."""


@dataclass(frozen=True)
class Bar:
    """One part: how it is named, its figures, and the two paths of its bar (lit, rest) in a box of 300 by 22."""

    name: str
    units: int
    owed_micro: int
    lit: str
    rest: str


@dataclass(frozen=True)
class Side:
    """One look at what was earned."""

    key: str
    title: str
    head: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Point:
    """A month of the year shown."""

    day: date
    owed_micro: int


@dataclass(frozen=True)
class Year:
    """What was earned over a year: two paths in a box of 1000 by 200, and the months."""

    below: str
    edge: str
    months: Sequence[Point]
    best: Point
    last: Point


def year(shares: Sequence[Share]) -> Year | None:
    """The plot of the months; None where nothing was earned in any."""
    if len(shares) < 2 or not any(share.owed_micro for share in shares):
        return None
    below, edge = plots.grooves([share.owed_micro for share in shares])
    months = [Point(Month.parse(share.name).first_day, share.owed_micro) for share in shares]
    return Year(below, edge, months, max(months, key=lambda point: point.owed_micro), months[-1])


def sides(earnings: Earnings) -> list[Side]:
    """The three other looks: by country, format and release."""
    return [
        Side("country", gettext("Where it was sold"), gettext("Country"), _bars(naming.spoken(earnings.by_territory))),
        Side("format", gettext("In which formats"), gettext("Format"), _bars(earnings.by_format)),
        Side("release", gettext("What sold most"), gettext("Release"), _bars(earnings.by_release)),
    ]


def _bars(shares: Sequence[Share]) -> list[Bar]:
    return [
        Bar(*share, *plots.share(naming.part(share, shares), place))
        for place, share in enumerate(naming.listed(shares))
    ]
