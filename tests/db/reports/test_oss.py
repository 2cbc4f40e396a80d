"""The VAT return: country by country, in euro, equal to the books."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.basics.money import Money
from lathe.ledger import accounts, actions, bookings
from lathe.ledger.bookings import Note
from lathe.ledger.entries import credit, debit
from lathe.ledger.errors import NoRate
from lathe.ledger.rates import Rate
from lathe.reports import oss
from lathe.reports.errors import ReportError
from lathe.reports.oss import Collected, Quarter
from lathe.sales import refunds
from lathe.storefronts.models import Storefront
from tests import paying, shops
from tests.db.sales.test_refunds import operator

Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


def sold(shop: shops.Shop, on: date, territory: str) -> object:
    """A release for 2.49 EUR: in France 0.41 of it is tax (20 %, net 2.075 rounded to 2.08), in Germany 0.40."""
    with clock.use(FixedClock(datetime(on.year, on.month, on.day, 12, tzinfo=UTC))):
        order = shops.placed(shop, territory=territory, email=f"{territory}-{on}@example.com")
        return paying.paid(order)


def rows(made: oss.Return) -> list[tuple[str, ...]]:
    return [row.cells() for row in made.rows]


def test_sales_abroad_are_declared_and_those_at_home_are_not(own_database: object) -> None:
    shop = shops.opened()
    for territory in ("FR", "DE"):
        sold(shop, date(2026, 10, 5), territory)
    sold(shop, date(2026, 12, 31), "FR")
    made = oss.reckon(Q4, home="DE")
    assert rows(made) == [("supply", "2026-Q4", "FR", "20", "4.16", "0.82")]
    assert made.total == Money(82, "EUR")
    assert rows(oss.reckon(Q4, home="FR")) == [("supply", "2026-Q4", "DE", "19", "2.09", "0.40")]


def test_a_sale_undone_in_the_next_quarter_is_a_correction_of_its_own(own_database: object) -> None:
    shop = shops.opened()
    order = sold(shop, date(2026, 9, 30), "FR")
    sold(shop, date(2026, 10, 1), "FR")
    with clock.use(FixedClock(datetime(2026, 10, 2, tzinfo=UTC))):
        refunds.refund(order=order, reason="asked for it", operator=operator())  # type: ignore[arg-type]
    assert rows(oss.reckon(Q3, home="DE")) == [("supply", "2026-Q3", "FR", "20", "2.08", "0.41")]
    made = oss.reckon(Q4, home="DE")
    assert rows(made) == [
        ("supply", "2026-Q4", "FR", "20", "2.08", "0.41"),
        ("correction", "2026-Q3", "FR", "20", "-2.08", "-0.41"),
    ]
    assert made.total == Money(0, "EUR")


def test_tax_that_has_no_record_stops_the_return(db: None) -> None:
    Storefront.objects.create(code="main", name="x", seller="x", contact_email="x@example.com")
    entries = [debit(accounts.processor("demo"), "EUR", 5), credit(accounts.tax("FR"), "EUR", 5)]
    at = datetime(2026, 10, 5, tzinfo=UTC)
    actions.post(key="old", kind="sale", subject="", occurred_at=at, entries=entries)
    with pytest.raises(ReportError, match="for FR in 2026-Q4 says 0 millionths of EUR, the books 5"):
        oss.reckon(Q4)
    assert rows(oss.reckon(Q3)) == []


def test_tax_that_was_paid_is_still_declared(own_database: object) -> None:
    sold(shops.opened(), date(2026, 10, 5), "FR")
    bookings.pay_tax(country="FR", amount=Money(41, "EUR"), note=Note("q4", "", datetime(2026, 12, 30, tzinfo=UTC)))
    assert rows(oss.reckon(Q4, home="DE")) == [("supply", "2026-Q4", "FR", "20", "2.08", "0.41")]


def test_other_currencies_are_reckoned_at_the_rate_of_their_quarters_last_day() -> None:
    sums = [
        Collected(Q4, "FR", 2000, "USD", 10_000_000, 2_000_000),
        Collected(Q4, "FR", 2000, "EUR", 1_000_000, 200_000),
        Collected(Q3, "FR", 2000, "USD", -10_000_000, -2_000_000),
        Collected(Q4, "IE", 2300, "JPY", 1000_000_000, 230_000_000),
    ]
    rates = {("USD", Q4): Fraction("1.25"), ("USD", Q3): Fraction("1.6"), ("JPY", Q4): Fraction("163.0525")}
    assert [row.cells() for row in oss.rows_of(Q4, sums, rates)] == [
        ("supply", "2026-Q4", "FR", "20", "9.00", "1.80"),
        ("supply", "2026-Q4", "IE", "23", "6.13", "1.41"),
        ("correction", "2026-Q3", "FR", "20", "-6.25", "-1.25"),
    ]


def test_a_rate_is_that_of_the_day_or_of_the_next_that_has_one(db: None) -> None:
    from lathe.ledger import queries

    with pytest.raises(NoRate, match="lathe ledger rate USD VALUE --on 2026-12-31 --source ECB"):
        queries.rate_from("EUR", "USD", date(2026, 12, 31))
    bookings.give_rate(Rate("EUR", "USD", "1.0845", "ECB", date(2027, 1, 4)))
    assert queries.rate_from("EUR", "USD", date(2026, 12, 31)).exact == Fraction("1.0845")
    with pytest.raises(NoRate):
        queries.rate_from("EUR", "USD", date(2026, 12, 20))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2026-Q1", "2026-01-01", "2026-03-31"), ("2026q4", "2026-10-01", "2026-12-31")],
)
def test_a_quarter_has_its_days(text: str, first: str, last: str) -> None:
    quarter = Quarter.parse(text)
    assert (str(quarter.first_day), str(quarter.last_day)) == (first, last)
    assert {Quarter.of(quarter.first_day), Quarter.of(quarter.last_day)} == {quarter}


def test_what_is_no_quarter_is_refused() -> None:
    with pytest.raises(ReportError, match="write for example 2026-Q4"):
        Quarter.parse("2026-10")
