"""Periods: what is settled at once, and in what tiers are counted. Calendar months, quarters and years in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from lathe.royalties.errors import RoyaltyError

LENGTHS = ("year", "month", "quarter")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of whole months, from the first of its months."""

    year: int
    month: int
    months: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read '2026-10', '2026-Q4' or '2026'. Raises RoyaltyError."""
        found = re.fullmatch(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?", text)
        if not found:
            raise RoyaltyError(f"{text[:20]!r} is not a period; write for example 2026-10, 2026-Q4 or 2026.")
        year, month, quarter = found.groups()
        if month:
            return cls(int(year), int(month), 1)
        return cls(int(year), 3 * int(quarter) - 2, 3) if quarter else cls(int(year), 1, 12)

    @classmethod
    def of(cls, day: date, length: str) -> Period:
        """The month, quarter or year that a day lies in."""
        months = _MONTHS[length]
        return cls(day.year, (day.month - 1) // months * months + 1, months)

    @property
    def start(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment that is not in it."""
        return self.later(1).start

    @property
    def last_day(self) -> date:
        return self.end.date() - timedelta(days=1)

    def later(self, count: int) -> Period:
        """The period of the same length so many periods later; earlier with a negative count."""
        month = self.year * 12 + self.month - 1 + count * self.months
        return Period(month // 12, month % 12 + 1, self.months)

    def __str__(self) -> str:
        if self.months == 12:
            return str(self.year)
        return f"{self.year}-Q{(self.month + 2) // 3}" if self.months == 3 else f"{self.year}-{self.month:02d}"
