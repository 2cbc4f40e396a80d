"""The chart report: units by territory, ISO week and track, for those who compile charts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lathe.reports.formats import table
from lathe.reports.formats.base import Facts, Subject, Written, plain_name
from lathe.reports.material import ChartRow, Material

COLUMNS = ("territory", "week", "upc", "isrc", "title", "units")


class Chart:
    """The `isrc` is empty where the release was sold as a whole. Gifts and what cost nothing do not count."""

    facts = Facts(
        name="chart-csv",
        sentence="Units of the whole shop by territory, week and track, returns taken off.",
        subject=Subject.SHOP,
        series="chart",
        media_type="text/csv; charset=utf-8",
        suffix=".csv",
        counts=frozenset({"units"}),
    )

    def file_name(self, material: Material) -> str:
        return plain_name(material, "chart", self.facts.suffix)

    def write(self, material: Material, out: BinaryIO) -> Written:
        lines = units = 0

        def rows(chart: Iterator[ChartRow]) -> Iterator[tuple[object, ...]]:
            nonlocal lines, units
            for row in chart:
                lines, units = lines + 1, units + row.units
                yield (row.territory, row.week, row.upc, row.isrc, table.safe(row.title), row.units)

        table.write(out, COLUMNS, rows(material.chart()))
        return Written(lines, units)
