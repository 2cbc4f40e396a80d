"""Money as integers: prices in minor units, ledger amounts in millionths of the major unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    list_currencies,
)

from lathe.basics.errors import LatheError

MICRO = 1_000_000
"""Ledger units in one major unit, in every currency."""

_CURRENCIES = frozenset(list_currencies())
_TEXT = re.compile(r"^\s*(\d{1,12})(?:\.(\d{1,4}))?\s*([A-Z]{3})\s*$")


class MoneyError(LatheError):
    """An amount that is not money, or two currencies in one sum."""


@dataclass(frozen=True, order=False)
class Money:
    """An amount of one currency in its minor units (cents for EUR, yen for JPY).

    `minor` may be negative. `currency` is an ISO 4217 code.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise MoneyError(f"Money is counted in whole minor units; {self.minor!r} is not an integer.")
        if self.currency not in _CURRENCIES:
            raise MoneyError(f"{self.currency!r} is not an ISO 4217 currency code; write for example EUR.")

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read '0.99EUR' or '120 JPY'. Raises MoneyError on any other form."""
        found = _TEXT.match(text)
        if not found:
            raise MoneyError(f"{text!r} is not a price; write for example 0.99EUR.")
        whole, part, currency = found.groups()
        digits = 0 if currency not in _CURRENCIES else get_currency_precision(currency)
        if part and len(part) > digits:
            raise MoneyError(f"{text!r} has more decimals than {currency} has ({digits}).")
        return cls(int(whole) * 10**digits + int((part or "").ljust(digits, "0") or 0), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def digits(self) -> int:
        """Decimals of the currency: 2 for EUR, 0 for JPY."""
        return int(get_currency_precision(self.currency))

    @property
    def micro(self) -> int:
        """The amount in ledger units (10⁻⁶ of the major unit)."""
        minor_in_major: int = 10**self.digits
        return self.minor * (MICRO // minor_in_major)

    @property
    def major(self) -> Decimal:
        """The amount as a decimal number of major units, exactly."""
        return Decimal(self.minor).scaleb(-self.digits)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.major}{self.currency}"

    def show(self, language: str = "en") -> str:
        """The amount as a person reads it in `language`, with a no-break space where the language has one."""
        text = format_currency(self.major, self.currency, locale=language, format=_pattern(language))
        return text.replace("-", "−")

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise MoneyError(f"Cannot reckon {other.currency} with {self.currency}: convert one first.")
        return other


def show_micro(micro: int, currency: str, language: str = "en") -> str:
    """A ledger amount as a person reads it, with four decimals for parts smaller than a cent: 0.5824 €."""
    number = format_decimal(Decimal(micro) / MICRO, format="0.0000", locale=language, decimal_quantization=True)
    return f"{number.replace('-', '−')}\u00a0{get_currency_symbol(currency, locale=language)}"


def _pattern(language: str) -> str | None:
    return "#,##0.00\xa0¤" if language.split("_", maxsplit=1)[0].split("-", maxsplit=1)[0] == "en" else None


def total(amounts: Sequence[Money], currency: str) -> Money:
    """Add up `amounts`; the sum of none is zero of `currency`."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def round_half_up(value: Fraction) -> int:
    """Round to the nearest integer, halves away from zero, as invoices do."""
    sign = -1 if value < 0 else 1
    return sign * ((2 * abs(value.numerator) + value.denominator) // (2 * value.denominator))


def split(amount: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split an integer by weights so that the parts sum to it exactly.

    Largest remainder; ties go to the earlier part. Weights are non-negative and not all zero (ValueError).
    """
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("Weights must be non-negative and not all zero.")
    exact = [Fraction(amount) * Fraction(weight) / whole for weight in weights]
    parts = [value.numerator // value.denominator for value in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in order[: amount - sum(parts)]:
        parts[index] += 1
    return parts
