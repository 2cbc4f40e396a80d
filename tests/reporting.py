"""Material for reports in tests: a little shop's month as plain values, in any currency, with titles that mean harm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

from lathe.basics.money import Money
from lathe.reports.material import (
    Block,
    ChartRow,
    Context,
    Correspondent,
    Due,
    Earnings,
    Heading,
    Item,
    Release,
    Resource,
    Share,
    Sums,
    Usage,
)

__all__ = ["HOSTILE", "IBAN", "PARTY", "Month", "month", "replace"]

PARTY = UUID("11111111-2222-3333-4444-555555555555")
HOSTILE = 'Tab\there | pipe\nnewline\r\x85\u2028 =SUM(A1) «Ünïcode» 雪 \\ #x *b* $y$ "q" <a>'
IBAN = "DE89370400440532013000"


@dataclass(frozen=True)
class Month:
    """A month in which `sales` tracks were sold at 0.83 net of the currency's major unit (0.70 of it owed), the first
    one taken back, one was given, and something was paid out."""

    heading: Heading
    sales: int = 3

    def items(self) -> Iterator[Item]:
        for number in range(self.sales):
            yield self._item("sale", number, 990_000, 160_000, 581_000)
        if self.sales:
            yield self._item("refund", 0, -990_000, -160_000, -581_000)
            yield self._item("gift", 7, 0, 0, 581_000)
            yield self._item("payout", 0, 0, 0, -100_000)._replace(line="", territory="", release="", track="")

    def _item(self, kind: str, number: int, gross: int, tax: int, owed: int) -> Item:
        return Item(
            datetime(2026, 10, 1 + number % 31, 12, tzinfo=UTC),
            kind,
            "K7QF-2M9D",
            "DE" if number % 2 else "FR",
            HOSTILE,
            "4006381333931",
            HOSTILE,
            "DEXX12400001",
            "FLAC 16/44.1",
            self.heading.currency,
            gross,
            tax,
            "v1",
            owed,
            f"line-{number}",
            "a" * 32,
            "b" * 32,
        )

    def sums(self) -> Sums:
        return Sums.of(self.items())

    def contexts(self) -> Sequence[Context]:
        made: dict[tuple[bool, str], list[int]] = {}
        for item in self.items():
            if item.line:
                amounts = made.setdefault((item.kind == "gift", item.territory), [0] * 5)
                counts = (int(item.kind in ("sale", "gift")), int(item.kind == "refund"))
                for place, amount in enumerate((*counts, item.gross_micro, item.tax_micro, item.owed_micro)):
                    amounts[place] += amount
        return [Context(*key, *amounts) for key, amounts in sorted(made.items())]

    def blocks(self) -> Iterator[Block]:
        for item in self.items():
            if item.line:
                sold = (0, 1) if item.kind == "refund" else (1, 0)
                usage = Usage(item.kind == "gift", item.territory, "b" * 32, False, abs(item.net_micro), *sold)
                yield Block(RELEASE, [usage])

    def earnings(self) -> Earnings:
        shares = [Share(HOSTILE, 2, 1_743_000), Share("Other", 1, -5)]
        months = [Share(f"2026-{month:02}", 0, month * 1000) for month in range(1, 11)]
        return Earnings(months, [Share("DE", 2, 1_743_000)], shares, shares)

    def chart(self) -> Iterator[ChartRow]:
        for number in range(self.sales):
            yield ChartRow("DE", "2026-W40", "4006381333931", "DEXX12400001", HOSTILE, number + 1)

    def dues(self) -> Sequence[Due]:
        amount = Money(204, self.heading.currency)
        return [Due(PARTY, HOSTILE, amount, "Maple Street Records Ltd", IBAN, "COBADEFFXXX")] if self.sales else []


RELEASE = Release(
    "a" * 32, "4006381333931", HOSTILE, HOSTILE, HOSTILE, HOSTILE, date(2024, 3, 1),
    (Resource("b" * 32, "DEXX12400001", HOSTILE, HOSTILE, (HOSTILE, "Second"), 192),),
)  # fmt: skip


def month(currency: str = "EUR", sales: int = 3, number: str = "statement-000012") -> Month:
    """October 2026: 3 sales of 0.581, less one, and a gift of 0.581 come to 1.743; 0.1 was paid out."""
    earned = (581_000 * sales - 100_000) if sales else 0
    heading = Heading(
        shop=Correspondent("Arcueil OHG", "PADPIDA2026010101A", iban=IBAN, bic="COBADEFFXXX"),
        party=Correspondent(HOSTILE, "", PARTY, "maple"),
        month="2026-10",
        first_day=date(2026, 10, 1),
        last_day=date(2026, 10, 31),
        currency=currency,
        made_at=datetime(2026, 11, 1, 2, 0, 0, tzinfo=UTC),
        number=number,
        books_head="c" * 64,
        opening_micro=1_000_000,
        closing_micro=1_000_000 + earned,
    )
    return Month(heading, sales)
