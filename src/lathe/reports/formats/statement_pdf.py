"""The summary of a statement as a PDF: balances, four plots with their figures, number and head of the books."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, BinaryIO

import typst
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_symbol
from django.utils import translation
from django.utils.translation import gettext, ngettext

from lathe.basics.money import MICRO
from lathe.pictures import plots
from lathe.reports import sides
from lathe.reports.errors import ReportError
from lathe.reports.formats.base import Facts, Subject, Written, plain_name
from lathe.reports.material import Heading, Material, Share, Sums
from lathe.reports.rules import Month

_LIT, _FAINT = "#1b6243", "#b9c1bb"


class StatementSummary:
    """Tagged for screen readers (PDF/UA-1); made by typst, without a system library."""

    facts = Facts(
        name="statement-pdf",
        sentence="A statement's balances and plots on one or two pages.",
        subject=Subject.PARTY,
        series="statement",
        media_type="application/pdf",
        suffix=".pdf",
        counts=frozenset({"owed", "units"}),
    )

    def file_name(self, material: Material) -> str:
        return plain_name(material, "statement", self.facts.suffix)

    def write(self, material: Material, out: BinaryIO) -> Written:
        sums = material.sums()
        with translation.override(material.heading.language):
            out.write(_compiled(_data(material, sums), material.heading))
        return Written(1, sums.units, sums.earned_micro + sums.other_micro)


@cache
def _template() -> bytes:
    return resources.files("lathe.reports.formats").joinpath("statement.typ").read_bytes()


def _compiled(data: dict[str, Any], heading: Heading) -> bytes:
    """Set the page. Typst reads nothing but what it is handed, the fonts there are, and no clock.

    A title in a script for which this machine has no font cannot be accessible; then the file does not call itself so.
    """
    try:
        return _set(data, heading, ["ua-1"])
    except typst.TypstError as failure:
        if "could not be displayed" not in failure.message:
            raise ReportError(f"The PDF of the statement could not be set: {failure.message}") from failure
    return _set(data, heading, [])


def _set(data: dict[str, Any], heading: Heading, standards: list[Any]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)
        made = typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=True)},
            pdf_standards=standards,
            timestamp=heading.made_at,
        )
    if not isinstance(made, bytes):
        raise ReportError("The PDF of the statement could not be set: typst gave back no file.")
    return made


def _data(material: Material, sums: Sums) -> dict[str, Any]:
    heading, earnings = material.heading, material.earnings()
    month = format_date(Month.parse(heading.month).first_day, format="LLLL y", locale=sides.locale())
    looks = (
        (gettext("Where it was sold"), gettext("Country"), sides.spoken(earnings.by_territory)),
        (gettext("In which formats"), gettext("Format"), earnings.by_format),
        (gettext("What sold most"), gettext("Release"), earnings.by_release),
    )
    return {
        "language": sides.locale().partition("_")[0],
        "title": f"{heading.party.name}, {month}",
        "shop": heading.shop.name,
        "party": heading.party.name,
        "subtitle": gettext("Statement for %(month)s") % {"month": month},
        "numbered": _numbered(heading),
        "sums": _sums(heading, sums),
        "months": _months(earnings.by_month, heading.currency),
        "sides": [_side(name, head, shares, heading.currency) for name, head, shares in looks],
        "words": {
            "months": gettext("Earned over the year"),
            "nothing": gettext("Nothing was sold."),
            "units": gettext("Cuts"),
            "owed": gettext("Owed to you"),
        },
        "note": gettext(
            "Every figure is a sum of postings of the ledger. The table of the same number lists them one by one."
        ),
        "foot": _foot(heading),
    }


def _numbered(heading: Heading) -> str:
    if not heading.number:
        return gettext("A draft: it was not issued, and may change.")
    day = format_date(heading.made_at.date(), format="long", locale=sides.locale())
    return gettext("No. %(number)s, issued on %(day)s") % {"number": heading.number, "day": day}


def _foot(heading: Heading) -> str:
    if not heading.books_head:
        return gettext("The books are empty.")
    return gettext("Head of the books: %(head)s") % {"head": heading.books_head}


def _sums(heading: Heading, sums: Sums) -> list[dict[str, object]]:
    currency = heading.currency
    sold = ngettext("%(count)s cut sold", "%(count)s cuts sold", sums.units) % {"count": sums.units}
    rows = [(gettext("Owed before"), heading.opening_micro, False), (sold, sums.earned_micro, False)]
    if sums.other_micro:
        rows.append((gettext("Set apart or paid out, and other entries"), sums.other_micro, False))
    rows.append((gettext("Owed at the end"), heading.closing_micro, True))
    return [{"name": name, "amount": _amount(micro, currency), "strong": strong} for name, micro, strong in rows]


def _months(shares: Sequence[Share], currency: str) -> dict[str, object]:
    below, edge = plots.grooves([share.owed_micro for share in shares] if len(shares) > 1 else [0, 0])
    names = [format_date(Month.parse(share.name).first_day, format="LLL yy", locale=sides.locale()) for share in shares]
    told = (f"{name} {_amount(share.owed_micro, currency)}" for name, share in zip(names, shares, strict=True))
    return {
        "svg": _drawing(1000, 200, (below, _FAINT, 1), (edge, _LIT, 2.5)),
        "names": names,
        "alt": gettext("What was earned in each month: %(months)s") % {"months": ", ".join(told)},
    }


def _side(name: str, head: str, shares: Sequence[Share], currency: str) -> dict[str, object]:
    rows = [
        _row(share, plots.share(sides.part(share, shares), place), currency)
        for place, share in enumerate(sides.listed(shares))
    ]
    return {"name": name, "head": head, "rows": rows}


def _row(share: Share, bar: tuple[str, str], currency: str) -> dict[str, object]:
    lit, rest = bar
    amount = _amount(share.owed_micro, currency)
    return {
        "name": share.name,
        "units": str(share.units),
        "amount": amount,
        "svg": _drawing(300, 22, (rest, _FAINT, 0.8), (lit, _LIT, 1.6)),
        "alt": f"{share.name}: {amount}",
    }


def _drawing(width: int, height: int, *paths: tuple[str, str, float]) -> str:
    drawn = "".join(
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{stroke}"/>'
        for path, colour, stroke in paths
        if path
    )
    box = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{drawn}</svg>'


def _amount(micro: int, currency: str) -> str:
    number = format_decimal(Decimal(micro) / MICRO, format="#,##0.0000", locale=sides.locale())
    return f"{number.replace('-', '−')}\xa0{get_currency_symbol(currency, locale=sides.locale())}"
