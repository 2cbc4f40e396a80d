"""The trial balance: every account with where it stands, in the order of the chart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lathe.ledger import amounts, chart, totals
from lathe.ledger.exports.cells import line

COLUMNS = ("number", "name", "account", "currency", "kind", "balance")


def lines(until: date | None = None) -> Iterator[str]:
    """The balances after a day, or now; debits positive, credits negative. Each currency adds up to zero."""
    yield line(COLUMNS)
    standing = [(chart.family(item.code), item) for item in totals.balances(until)]
    for family, item in sorted(standing, key=lambda pair: (pair[0].number, pair[1].code, pair[1].currency)):
        major = amounts.major(item.balance_micro)
        yield line((family.number, family.name, item.code, item.currency, family.kind, major))
