"""Exchange rates: exact, with their source and day, for conversions in the books and returns in another currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lathe.basics.money import Money, round_half_up
from lathe.ledger.errors import LedgerError

_VALUE = re.compile(r"\d{1,12}(?:\.\d{1,12}|/\d{1,12})?")


@dataclass(frozen=True)
class Rate:
    """What one unit of `base` is worth in `quote`: `value` as it was written, '1.0845' or '2500/2701'.

    `source` says who published or gave it, `on` for which day. Raises LedgerError on a value that is no positive
    number, a currency that is none or a source that is empty or longer than 80 characters.
    """

    base: str
    quote: str
    value: str
    source: str
    on: date

    def __post_init__(self) -> None:
        for currency in (self.base, self.quote):
            Money.zero(currency)
        if self.base == self.quote:
            raise LedgerError(f"A rate is between two currencies; this one is between {self.base} and itself.")
        if not _VALUE.fullmatch(self.value) or not self._is_positive():
            raise LedgerError(f"{self.value!r} is no exchange rate; write for example 1.0845, or 2500/2701.")
        if not 0 < len(self.source.strip()) <= 80:
            raise LedgerError("A rate needs its source, in at most 80 characters; write for example ECB.")

    def _is_positive(self) -> bool:
        try:
            return self.exact > 0
        except ZeroDivisionError:
            return False

    @property
    def exact(self) -> Fraction:
        """The value as a fraction."""
        return Fraction(self.value)

    def convert(self, amount_micro: int) -> int:
        """So much of `base` in `quote`, in micro, rounded half up."""
        return round_half_up(self.exact * amount_micro)

    def convert_back(self, amount_micro: int) -> int:
        """So much of `quote` in `base`, in micro, rounded half up."""
        return round_half_up(amount_micro / self.exact)

    def said(self) -> tuple[str, str, str]:
        """The rate as an entry states it: what, by whom, for which day."""
        return (str(self), self.source, self.on.isoformat())

    def __str__(self) -> str:
        return f"1 {self.base} = {self.value} {self.quote}"
