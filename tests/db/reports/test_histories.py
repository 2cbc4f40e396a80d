"""A random history of sales, refunds, corrected prices, gifts and payouts: every report comes to what the books say.

The history keeps its own sums while it is told; they are what the reports are held against.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.catalogue.models import Party
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger.entries import Entry, credit, debit
from lathe.reports import actions, auditing, checking, queries
from lathe.reports.models import Issue
from lathe.reports.rules import Month
from lathe.sales.models import Order, OrderLine
from tests import shops
from tests.plugins import sampling

pytestmark = pytest.mark.usefixtures("own_database")

MONTHS = (Month(2026, 9), Month(2026, 10))
EVENTS = 2500 if sampling.is_full() else 80
SERIES = ("statement", "dsr", "sales", "chart")


@dataclass
class Told:
    """A history, with sums by party and month: what is owed, what buyers paid without tax, and cuts sold."""

    chance: random.Random
    shop: shops.Shop
    label: UUID
    publisher: UUID
    owed: dict[tuple[UUID, Month], int] = field(default_factory=lambda: defaultdict(int))
    net: dict[Month, int] = field(default_factory=lambda: defaultdict(int))
    units: dict[Month, int] = field(default_factory=lambda: defaultdict(int))
    open_lines: list[tuple[OrderLine, int, int]] = field(default_factory=list)
    count: int = 0

    def happen(self, at: datetime) -> None:
        kind = self.chance.choices(("sale", "refund", "true-up", "gift", "payout"), (12, 2, 2, 1, 1))[0]
        if kind in ("refund", "true-up") and not self.open_lines:
            kind = "sale"
        {"sale": self.sale, "gift": self.gift, "refund": self.refund, "true-up": self.true_up, "payout": self.payout}[
            kind
        ](at)

    def sale(self, at: datetime) -> None:
        gross, tax = self.chance.choice(((99, 16), (249, 40), (0, 0), (1299, 207)))
        line = self._line(gross, tax, at)
        self._move("sale", at, line, gross * 10_000, tax * 10_000)
        self.units[Month.of(at)] += 1 if gross else 0
        if gross:
            self.open_lines.append((line, gross * 10_000, tax * 10_000))

    def refund(self, at: datetime) -> None:
        line, gross, tax = self.open_lines.pop(self.chance.randrange(len(self.open_lines)))
        self._move("refund", at, line, -gross, -tax)
        self.units[Month.of(at)] -= 1

    def true_up(self, at: datetime) -> None:
        place = self.chance.randrange(len(self.open_lines))
        line, gross, tax = self.open_lines[place]
        less, less_tax = min(gross, 100_000), min(tax, 10_000)
        self._move("true-up", at, line, -less, -less_tax)
        self.open_lines[place] = (line, gross - less, tax - less_tax)

    def gift(self, at: datetime) -> None:
        line = self._line(0, 0, at)
        entries = [
            debit(accounts.gifts(), "EUR", 581_000, str(line.uid)),
            credit(accounts.payable(self.label), "EUR", 581_000, str(line.uid)),
        ]
        self._post("gift", at, entries)
        self.owed[self.label, Month.of(at)] += 581_000

    def payout(self, at: datetime) -> None:
        amount = self.chance.randrange(1, 900_000)
        payable = accounts.payable(self.label)
        self._post("payout", at, [debit(payable, "EUR", amount), credit(accounts.processor("bank"), "EUR", amount)])
        self.owed[self.label, Month.of(at)] -= amount

    def _move(self, kind: str, at: datetime, line: OrderLine, gross: int, tax: int) -> None:
        """Seven tenths of the net to the label, a tenth to the publisher, the rest stays; parts of a cent too."""
        net, name = gross - tax, str(line.uid)
        label, publisher = net * 7 // 10, net // 10
        parts = [
            (accounts.tax(line.order.territory), tax),
            (accounts.payable(self.label), label),
            (accounts.payable(self.publisher), publisher),
            (accounts.margin(), net - label - publisher),
        ]
        entries = [credit(code, "EUR", amount, name) for code, amount in parts]
        self._post(kind, at, [debit(accounts.processor("demo"), "EUR", gross), *entries])
        self.owed[self.label, Month.of(at)] += label
        self.owed[self.publisher, Month.of(at)] += publisher
        self.net[Month.of(at)] += net

    def _post(self, kind: str, at: datetime, entries: list[Entry]) -> None:
        self.count += 1
        if any(entry.amount_micro for entry in entries):
            ledger.post(key=f"{kind}:{self.count}", kind=kind, subject="told", occurred_at=at, entries=entries)

    def _line(self, gross: int, tax: int, at: datetime) -> OrderLine:
        territory = self.chance.choice(("DE", "FR", "US"))
        order = Order.objects.create(
            number=f"N-{uuid4().hex[:12]}", storefront=self.shop.storefront, email="b@example.org", state="paid",
            currency="EUR", territory=territory, tax_rate_bp=1900, total_minor=gross, tax_minor=tax, consent_text="",
            consented_at=at, placed_at=at, paid_at=at,
        )  # fmt: skip
        return OrderLine.objects.create(
            order=order, release=self.shop.release, track=self.chance.choice([None, *self.shop.tracks]), title="",
            format="flac", format_label="FLAC 16/44.1", size_bytes=1, size_is_exact=True, price_minor=gross,
            full_price_minor=gross + self.chance.choice((0, 50)), tax_minor=tax, deal_uid=uuid4(), grant_uid=uuid4(),
            party_uid=self.label, position=0, royalty_version=1,
        )  # fmt: skip


@pytest.fixture
def told() -> Told:
    shop = shops.opened()
    publisher = Party.objects.create(name="Éditions du Midi", slug="midi")
    history = Told(random.Random(sampling.seed()), shop, shop.label.uid, publisher.uid)
    moments = sorted(history.chance.random() * 60 for _ in range(EVENTS))
    with transaction.atomic():
        for days in moments:
            history.happen(MONTHS[0].start + timedelta(days=days))
    return history


def test_statement_ledger_and_ddex_totals_are_one(told: Told, tmp_path: Path) -> None:
    for month in MONTHS:
        with clock.use(FixedClock(datetime(2026, month.next.month, 1, 2, tzinfo=UTC))):
            actions.issue_all(wanted=queries.unissued(SERIES, month))
    assert auditing.audit().findings == ()
    for month in MONTHS:
        for party in (told.label, told.publisher):
            for issue in Issue.objects.filter(month=month.first_day, party_uid=party):
                assert issue.closing_micro - issue.opening_micro == told.owed[party, month]
                _check_files(issue, told, month, tmp_path)


def _check_files(issue: Issue, told: Told, month: Month, folder: Path) -> None:
    for file in issue.files.filter(report__startswith="dsr"):
        path = folder / file.name
        path.write_bytes(queries.content(file))
        assert checking.check(path).findings == ()
    if issue.series == "dsr":
        records = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        revenue = sum(round(float(one[11]) * 1_000_000) for one in records if one[0] == "SY01.03")
        paid = sum(int(one[8]) for one in records if one[0] == "SY01.03" and one[4] == "PayAsYouGoModel")
        assert (revenue, paid) == (told.net[month], told.units[month])
