"""VAT on downloads: the buyer's country's standard rate (Directive 2006/112/EC, art. 58), by date.

Rates come from the duty27-eu-vat package. Outside the EU no EU VAT is due; whether the seller owes a tax there is for
the operator to know, and only storefronts that say so sell there.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import duty27_eu_vat

from lathe.basics.money import Money, round_half_up
from lathe.storefronts.models import Storefront

WHOLE_BP = 10_000
_ISO = {"EL": "GR"}
EU = frozenset(_ISO.get(country.code, country.code) for country in duty27_eu_vat.list_countries())


def rate_bp(territory: str, day: date) -> int:
    """The rate in basis points: 1900 for 19 %. Zero outside the EU."""
    if territory not in EU:
        return 0
    return int(duty27_eu_vat.get_standard_rate(territory, day) * 100)


def part(gross: Money, rate: int) -> Money:
    """The tax inside a price that includes it, rounded half up to the minor unit; net is the rest, exactly."""
    net = round_half_up(Fraction(gross.minor * WHOLE_BP, WHOLE_BP + rate))
    return Money(gross.minor - net, gross.currency)


def countries(storefront: Storefront) -> frozenset[str]:
    """Where a storefront sells: the EU, or the list it sets."""
    return frozenset(storefront.sells_to) or EU
