"""Pure decisions of reports: months, what a report covers, and statements that must add up."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import stdnum.bic
import stdnum.iban

from lathe.basics.money import MICRO
from lathe.reports.errors import ReportError
from lathe.reports.material import Item, Sums


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month in UTC."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read '2026-10'. Raises ReportError."""
        found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
        if not found:
            raise ReportError(f"{text!r} is not a month; write for example 2026-10.")
        return cls(int(found.group(1)), int(found.group(2)))

    @classmethod
    def of(cls, moment: datetime) -> Month:
        day = moment.astimezone(UTC)
        return cls(day.year, day.month)

    @property
    def start(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment that is not in it."""
        return self.next.start

    @property
    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def first_day(self) -> date:
        return self.start.date()

    @property
    def last_day(self) -> date:
        return self.end.date() - timedelta(days=1)

    def back(self, months: int) -> Month:
        """The month so many months before."""
        count = self.year * 12 + self.month - 1 - months
        return Month(count // 12, count % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


@dataclass(frozen=True)
class Window:
    """Which postings of an account a report covers, by moment and by place in the books.

    Those that occurred before `end` and stand within the first `cut` postings, less those that an earlier report
    covered: before `seen_until` and within `seen_cut`. So what is posted late into a month that was reported already
    stands in the next report, and nothing stands in two.
    """

    end: datetime
    cut: int
    seen_until: datetime
    seen_cut: int

    @classmethod
    def of_month(cls, month: Month, cut: int) -> Window:
        """The month alone, with nothing reported before."""
        return cls(month.end, cut, month.start, cut)

    def after(self, seen_until: datetime, seen_cut: int) -> Window:
        """The same end, following on what an earlier report covered."""
        return Window(self.end, self.cut, seen_until, seen_cut)


@dataclass(frozen=True)
class Statement:
    """What a party earned in a month, and where its account stood before and after.

    `lines` may be the first of many; `sums` counts all of them.
    """

    party_uid: UUID
    party: str
    month: Month
    currency: str
    opening_micro: int
    closing_micro: int
    sums: Sums
    lines: Sequence[Item]

    def __post_init__(self) -> None:
        """A statement that does not equal the ledger is never shown (ReportError)."""
        if self.opening_micro + self.sums.earned_micro + self.sums.other_micro != self.closing_micro:
            raise ReportError(
                f"The statement of {self.party} for {self.month} does not add up to the ledger; "
                "run `lathe doctor` and tell the operator."
            )

    @property
    def earned_micro(self) -> int:
        return self.sums.earned_micro

    @property
    def other_micro(self) -> int:
        return self.sums.other_micro

    @property
    def units(self) -> int:
        """Cuts sold, less those refunded."""
        return self.sums.units

    @property
    def unlisted(self) -> int:
        """How many lines there are beyond those listed."""
        return self.sums.lines - len(self.lines)


def shown(micro: int, currency: str) -> str:
    """An amount with four decimals, for lines whose parts are smaller than a cent: '0.5824'."""
    sign = "−" if micro < 0 else ""
    whole, part = divmod(abs(micro), MICRO)
    return f"{sign}{whole}.{part:06d}"[:-2] + f"\xa0{currency}"


@lru_cache(4096)
def exact(micro: int) -> str:
    """An amount in the major unit with all six decimals and a plain minus, for files: '-0.582400'.

    Prices repeat a million times over, so the last few thousand are remembered.
    """
    whole, part = divmod(abs(micro), MICRO)
    return f"{'-' if micro < 0 else ''}{whole}.{part:06d}"


def short(micro: int) -> str:
    """The same without the zeros that say nothing, two decimals at least: '0.83', '12.50', '0.581125'."""
    text = exact(micro).rstrip("0")
    whole, _, part = text.partition(".")
    return f"{whole}.{part.ljust(2, '0')}"


def series_number(series: str, number: int) -> str:
    """How the number of an issued report is written: 'statement-000012'."""
    return f"{series}-{number:06d}"


_CHECKS: dict[str, Callable[[str], object]] = {
    "iban": stdnum.iban.is_valid,
    "bic": stdnum.bic.is_valid,
    "dpid": re.compile(r"PADPIDA[0-9A-Z]{10}[0-9A-Z]?").fullmatch,
}
_SPOKEN = {
    "iban": "IBAN: its check digits or its length are wrong. Compare it with the bank's paper",
    "bic": "BIC; it has 8 or 11 letters and digits, as in COBADEFFXXX",
    "dpid": "DDEX Party Id; it begins with PADPIDA, as in PADPIDA2026010101A",
}


def particular(name: str, text: str) -> str:
    """A detail of a party as it is kept: without blanks, in capitals where it is a code. Raises ReportError."""
    if name == "account_holder":
        return " ".join(text.split())[:70]
    if name not in _CHECKS:
        raise ReportError(f"There is no detail {name!r}; there are account_holder, {', '.join(_CHECKS)}.")
    code = "".join(text.split()).upper()
    if code and not _CHECKS[name](code):
        raise ReportError(f"{text!r} is no {_SPOKEN[name]}.")
    return code
