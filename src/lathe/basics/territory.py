"""Territories: ISO 3166-1 alpha-2 codes, and sets of them written as people and DDEX write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale

from lathe.basics import tis
from lathe.basics.errors import LatheError

WORLDWIDE = "Worldwide"
"""DDEX's word for every territory."""

_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
_KNOWN = (
    frozenset(str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))) - _NOT_COUNTRIES
)


_PART = re.compile("([A-Z]{2})-[A-Z0-9]{1,3}")


class TerritoryError(LatheError):
    """A code that names no country."""


def check(code: str) -> str:
    """Return the code in capitals, or raise TerritoryError."""
    upper = code.strip().upper()
    if upper not in _KNOWN:
        raise TerritoryError(f"{code!r} is not an ISO 3166 country code; write for example DE.")
    return upper


def members(code: str) -> frozenset[str]:
    """The countries that a code means; an empty set is the whole world.

    Takes `Worldwide`, ISO 3166-1 alpha-2, and CISAC's numbers of countries and groups (`tis`). Raises TerritoryError on
    a group whose members are not certain, a former country and a part of a country (ISO 3166-2, as in ES-CN).
    """
    text = code.strip()
    if text in (WORLDWIDE, tis.WORLD):
        return frozenset()
    if text in tis.GROUPS:
        return tis.GROUPS[text]
    if text in tis.NAMES:
        raise TerritoryError(
            f"{code!r} is {tis.NAMES[text]} in CISAC's numbers, and sources differ on which countries that is. "
            "Name the countries one by one."
        )
    if text.isascii() and text.isdigit():
        return frozenset({_numbered(text)})
    part = _PART.fullmatch(text.upper())
    if part and part[1] in _KNOWN:
        raise TerritoryError(
            f"{code!r} is a part of {part[1]} (ISO 3166-2); this shop tells countries apart, not their parts. "
            f"Name {part[1]}, or leave it out."
        )
    return frozenset({check(text)})


def _numbered(number: str) -> str:
    found = tis.country(number)
    if found not in _KNOWN:
        raise TerritoryError(
            f"{number!r} is the number of no country of today (CISAC, ISO 3166-1 numeric); write for example 276 or DE."
        )
    return found


@dataclass(frozen=True)
class TerritorySet:
    """Territories that are in, less those that are out. Empty `included` means the whole world."""

    included: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    @classmethod
    def of(cls, included: Iterable[str] = (), excluded: Iterable[str] = ()) -> TerritorySet:
        """Build a set from codes that `members` takes; `Worldwide` among the included means everywhere.

        Raises TerritoryError, also where the whole world or all that is included is excluded.
        """
        wanted = [members(code) for code in included]
        inside = frozenset().union(*wanted) if all(wanted) else frozenset[str]()
        barred = [members(code) for code in excluded]
        outside = frozenset[str]().union(*barred)
        if not all(barred) or (inside and inside <= outside):
            raise TerritoryError("Everything that is included is excluded again, so nothing is left. Correct one.")
        return cls(inside, outside)

    def __contains__(self, code: object) -> bool:
        return code not in self.excluded and (not self.included or code in self.included)

    def __str__(self) -> str:
        inside = " ".join(sorted(self.included)) or WORLDWIDE
        return inside + (f" except {' '.join(sorted(self.excluded))}" if self.excluded else "")
