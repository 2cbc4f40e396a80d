"""Territories as CISAC's Territory Information System numbers them: countries by ISO 3166-1 numeric, and groups.

DDEX messages may name territories this way. Of the groups only those stand in the table whose members every source
agrees on; the others are known by name, so that a refusal can say which one it is about.
"""

from __future__ import annotations

from babel.core import get_global

WORLD = "2136"
_EU = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)

GROUPS: dict[str, frozenset[str]] = {
    "2109": frozenset({"EE", "LT", "LV"}),
    "2110": frozenset({"BE", "LU", "NL"}),
    "2111": frozenset({"GB", "IE"}),
    "2121": _EU | {"IS", "LI", "NO"},
    "2123": _EU,
    "2124": frozenset({"AT", "CH", "DE"}),
    "2126": frozenset({"CA", "MX", "US"}),
    "2127": frozenset({"DK", "FI", "IS", "NO", "SE"}),
    "2128": frozenset({"DZ", "EG", "LY", "MA", "TN"}),
    "2131": frozenset({"DK", "NO", "SE"}),
}
"""The members of each group that is taken, as ISO 3166 alpha-2. The European Union is that of 2020 and since."""

NAMES = {
    "2100": "Africa",
    "2101": "America",
    "2102": "the American continent",
    "2103": "the Antilles",
    "2104": "the APEC countries",
    "2105": "the ASEAN countries",
    "2106": "Asia",
    "2107": "Australasia",
    "2108": "the Balkans",
    "2109": "the Baltic states",
    "2110": "Benelux",
    "2111": "the British Isles",
    "2112": "the British West Indies",
    "2113": "Central America",
    "2114": "the Commonwealth",
    "2115": "the African Commonwealth",
    "2116": "the Asian Commonwealth",
    "2117": "the Australasian Commonwealth",
    "2118": "the Commonwealth of Independent States",
    "2119": "Eastern Europe",
    "2120": "Europe",
    "2121": "the European Economic Area",
    "2122": "the European continent",
    "2123": "the European Union",
    "2124": "Germany, Switzerland and Austria",
    "2125": "the Middle East",
    "2126": "the NAFTA countries",
    "2127": "the Nordic countries",
    "2128": "North Africa",
    "2129": "North America",
    "2130": "Oceania",
    "2131": "Scandinavia",
    "2132": "South America",
    "2133": "South East Asia",
    "2134": "the West Indies",
    "2136": "the world",
}
"""Every group there is, by what it is called."""

_FORMER = frozenset({"230", "249", "278", "280", "720", "736", "886"})
"""Numbers of countries whose borders were others than those of today's country of the name."""
_FIRST_PRIVATE = 900


def country(number: str) -> str:
    """The ISO 3166 alpha-2 code of a country's number ('276' or '40' or '040'); empty where no country has it today."""
    padded = number.zfill(3)
    found: list[str] = get_global("territory_aliases").get(padded, [])
    is_today = padded not in _FORMER and len(padded) == 3 and int(padded) < _FIRST_PRIVATE
    return found[0] if is_today and len(found) == 1 else ""
