"""Amounts as terms name them: millionths by currency, finer than a minor unit where the terms are (4.5 pence)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lathe.basics.money import MICRO, Money
from lathe.royalties.errors import RoyaltyError

Amounts = Mapping[str, int]
"""Millionths of the major unit by ISO 4217 currency; empty where no amount is named."""

_TEXT = re.compile(r"\s*(\d{1,9})(?:\.(\d{1,6}))?\s*([A-Z]{3})\s*")


def parse(text: str) -> tuple[str, int]:
    """Read '0.045GBP' as its currency and millionths. Raises RoyaltyError, MoneyError."""
    found = _TEXT.fullmatch(text)
    if not found:
        raise RoyaltyError(f"{text[:40]!r} is not an amount; write for example 0.045GBP, with at most six decimals.")
    whole, part, currency = found.groups()
    Money.zero(currency)
    return currency, int(whole) * MICRO + int((part or "").ljust(6, "0"))


def parse_all(texts: Iterable[str]) -> dict[str, int]:
    """Read amounts, one a currency. Raises RoyaltyError where a currency comes twice."""
    read: dict[str, int] = {}
    for text in texts:
        currency, micro = parse(text)
        if currency in read:
            raise RoyaltyError(f"There are two amounts in {currency}; name each currency once.")
        read[currency] = micro
    return read


def show(currency: str, micro: int) -> str:
    """An amount as `parse` reads it, without zeros that say nothing: '0.045GBP'."""
    whole, part = divmod(micro, MICRO)
    decimals = f"{part:06d}".rstrip("0")
    return f"{whole}.{decimals}{currency}" if decimals else f"{whole}{currency}"
