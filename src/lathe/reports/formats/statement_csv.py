"""The statement as a table, itemised to the sale: a line for every posting on the party's account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lathe.reports import kinds, rules
from lathe.reports.formats import table
from lathe.reports.formats.base import Facts, Subject, Written, plain_name
from lathe.reports.material import Item, Material

COLUMNS = (
    *("occurred_at", "kind", "order", "territory", "release", "upc", "track", "isrc", "format"),
    *("price", "tax", "net", "rule", "owed", "currency", "line"),
)


class StatementTable:
    """Amounts in the major unit with six decimals; moments in UTC."""

    facts = Facts(
        name="statement-csv",
        sentence="Every posting on a party's account, itemised to the sale.",
        subject=Subject.PARTY,
        series="statement",
        media_type="text/csv; charset=utf-8",
        suffix=".csv",
        counts=frozenset({"owed", "units", "net"}),
    )

    def file_name(self, material: Material) -> str:
        return plain_name(material, "statement", self.facts.suffix)

    def write(self, material: Material, out: BinaryIO) -> Written:
        tally = _Tally()
        table.write(out, COLUMNS, tally.rows(material.items()))
        return tally.written()


class _Tally:
    """Counts what passes on its way into the file."""

    def __init__(self) -> None:
        self.lines = self.units = self.owed_micro = self.net_micro = 0

    def rows(self, items: Iterator[Item]) -> Iterator[tuple[str, ...]]:
        for item in items:
            self.lines += 1
            self.units += kinds.units(item.kind) if item.line else 0
            self.owed_micro += item.owed_micro
            self.net_micro += item.net_micro
            yield cells(item)

    def written(self) -> Written:
        return Written(self.lines, self.units, self.owed_micro, self.net_micro)


def cells(item: Item) -> tuple[str, ...]:
    """An item in the order of the columns."""
    return (
        item.occurred_at.isoformat(timespec="seconds"),
        *(item.kind, item.order_number, item.territory, table.safe(item.release), item.upc, table.safe(item.track)),
        *(item.isrc, item.format, rules.exact(item.gross_micro), rules.exact(item.tax_micro)),
        *(rules.exact(item.net_micro), item.rule, rules.exact(item.owed_micro), item.currency, item.line),
    )
