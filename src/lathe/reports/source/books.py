"""The books as material of a report: one object that knows what is asked for and reads it when a format wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lathe.reports.material import Block, ChartRow, Context, Due, Earnings, Heading, Item, Sums
from lathe.reports.rules import Month, Window
from lathe.reports.source import blocks, chart, dues, items, sums
from lathe.reports.source.sql import Account


@dataclass(frozen=True)
class Extract:
    """The temporary table of a party's account, and the account."""

    table: str
    account: Account


@dataclass(frozen=True)
class Books:
    """What a party's account, or the whole shop where there is no extract, did within a window.

    It can be read while its extract stands (see `opening.opened`). What it adds up is added up once.
    """

    heading: Heading
    month: Month
    window: Window
    extract: Extract | None

    def items(self) -> Iterator[Item]:
        return items.items(self.extract.table, self.heading.currency) if self.extract else iter(())

    def first_items(self, limit: int | None) -> list[Item]:
        """The oldest of them."""
        return list(items.items(self.extract.table, self.heading.currency, limit)) if self.extract else []

    def blocks(self) -> Iterator[Block]:
        return blocks.blocks(self.extract.table, self.heading.currency) if self.extract else iter(())

    def chart(self) -> Iterator[ChartRow]:
        return chart.chart(self.window, self.heading.currency)

    def dues(self) -> Sequence[Due]:
        return dues.dues(self.window, self.heading.currency)

    def sums(self) -> Sums:
        return self._sums

    def contexts(self) -> Sequence[Context]:
        return self._contexts

    def earnings(self) -> Earnings:
        if self.extract is None:
            return Earnings([], [], [], [])
        return sums.earnings(self.extract.table, self.extract.account, self.window.cut, self.month)

    def numbered(self, number: str) -> Books:
        """The same under a number."""
        return replace(self, heading=replace(self.heading, number=number))

    @cached_property
    def _sums(self) -> Sums:
        return sums.sums(self.extract.table) if self.extract else Sums()

    @cached_property
    def _contexts(self) -> list[Context]:
        return sums.contexts(self.extract.table) if self.extract else []
