"""The VAT return for the One Stop Shop: a quarter, country by country and rate by rate, in euro.

It is reckoned from the tax record and must equal what the books say was collected. Supplies of earlier quarters that
were undone or came late since are corrections of those quarters (Directive 2006/112/EC, art. 369g(4)).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Sum

from lathe.basics.money import MICRO, Money, round_half_up, total
from lathe.basics.territory import check
from lathe.ledger import queries as books
from lathe.ledger.models import Posting, TaxRecord
from lathe.reports.errors import ReportError
from lathe.sales import taxes
from lathe.storefronts import queries as storefronts

COLUMNS = ("part", "period", "country", "rate_percent", "taxable_eur", "vat_eur")
SUPPLY, CORRECTION = "supply", "correction"
_NO_SALES = ("tax-paid", "write-off", "conversion")
"""Kinds of transactions that move collected tax without a sale."""
EUR = "EUR"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read '2026-Q4'. Raises ReportError."""
        found = re.fullmatch(r"(20\d\d)-?[Qq]([1-4])", text.strip())
        if not found:
            raise ReportError(f"{text!r} is no quarter; write for example 2026-Q4.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        following = date(self.year + self.number // 4, 3 * (self.number % 4) + 1, 1)
        return following - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True)
class Row:
    """One line of the return. A correction names the quarter it is of; its VAT alone is declared."""

    part: str
    period: Quarter
    country: str
    rate_bp: int
    taxable: Money
    vat: Money

    def cells(self) -> tuple[str, ...]:
        """The line as text, in the order of `COLUMNS`."""
        percent = f"{self.rate_bp / 100:g}"
        return (self.part, str(self.period), self.country, percent, str(self.taxable.major), str(self.vat.major))


@dataclass(frozen=True)
class Return:
    """The return of a quarter; `home` is where the shop is taxed itself, which is left out."""

    quarter: Quarter
    home: str
    rows: Sequence[Row]

    @property
    def total(self) -> Money:
        """The VAT to pay, corrections included."""
        return total([row.vat for row in self.rows], EUR)


@dataclass(frozen=True)
class Collected:
    """What the record holds for one quarter of supply, country, rate and currency, in micro."""

    period: Quarter
    country: str
    rate_bp: int
    currency: str
    net_micro: int
    tax_micro: int


def reckon(quarter: Quarter, home: str = "") -> Return:
    """The return of a quarter. Raises ReportError where the record is not what the books say, NoRate."""
    taxed_at = check(home) if home else next(iter(storefronts.homes()), "")
    _prove(quarter)
    sums = [item for item in _sums(quarter) if item.country in taxes.EU and item.country != taxed_at]
    return Return(quarter, taxed_at, rows_of(quarter, sums, _rates(sums)))


def rows_of(quarter: Quarter, sums: Iterable[Collected], rates: dict[tuple[str, Quarter], Fraction]) -> list[Row]:
    """The lines of a return, pure: each sum in euro at the rate of its period's last day, rounded half up to the cent.

    `rates` tells what one euro was worth. Supplies first, then corrections; lines that come to nothing are left out.
    """
    exact: dict[tuple[bool, Quarter, str, int], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for item in sums:
        worth = rates.get((item.currency, item.period), Fraction(1))
        line = exact[item.period != quarter, item.period, item.country, item.rate_bp]
        line[0] += Fraction(item.net_micro) / worth
        line[1] += Fraction(item.tax_micro) / worth
    rows = [
        Row(CORRECTION if late else SUPPLY, period, country, rate_bp, _cents(net), _cents(vat))
        for (late, period, country, rate_bp), (net, vat) in sorted(exact.items())
    ]
    return [row for row in rows if row.taxable or row.vat]


def _cents(micro: Fraction) -> Money:
    return Money(round_half_up(micro * 100 / MICRO), EUR)


def _sums(quarter: Quarter) -> list[Collected]:
    booked = TaxRecord.objects.filter(booked_on__range=(quarter.first_day, quarter.last_day))
    columns = ("supplied_on", "country", "rate_bp", "currency")
    grouped = booked.order_by().values_list(*columns).annotate(net=Sum("net_micro"), tax=Sum("tax_micro"))
    return [
        Collected(min(Quarter.of(supplied_on), quarter), country, rate_bp, currency, int(net), int(tax))
        for supplied_on, country, rate_bp, currency, net, tax in grouped
    ]


def _rates(sums: Iterable[Collected]) -> dict[tuple[str, Quarter], Fraction]:
    wanted = {(item.currency, item.period) for item in sums if item.currency != EUR}
    return {
        (currency, period): books.rate_from(EUR, currency, period.last_day).exact for currency, period in sorted(wanted)
    }


def _prove(quarter: Quarter) -> None:
    """Compare the record with what the books say was collected in the quarter, for each country and currency."""
    days = (quarter.first_day, quarter.last_day)
    said = TaxRecord.objects.filter(booked_on__range=days).order_by().values_list("country", "currency")
    recorded = {(country, currency): int(tax) for country, currency, tax in said.annotate(tax=Sum("tax_micro"))}
    moved = Posting.objects.filter(account__code__startswith="liabilities:tax:", booked_on__range=days)
    posted = moved.exclude(transaction__kind__in=_NO_SALES).order_by().values_list("account__code", "currency")
    collected = {
        (code.rpartition(":")[2], currency): -int(tax)
        for code, currency, tax in posted.annotate(tax=Sum("amount_micro"))
    }
    for country, currency in sorted(recorded.keys() | collected.keys()):
        one, other = recorded.get((country, currency), 0), collected.get((country, currency), 0)
        if one != other:
            raise ReportError(
                f"The tax record for {country} in {quarter} says {one} millionths of {currency}, the books {other}. "
                "Sales from before there was a record are not in it: add them to the return by hand."
            )
