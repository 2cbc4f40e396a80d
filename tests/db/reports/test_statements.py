"""A statement explains every posting of a label's account, and equals the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.catalogue import actions as catalogue
from lathe.catalogue import works
from lathe.catalogue.models import Party
from lathe.ledger import accounts
from lathe.ledger import queries as books
from lathe.reports import statements
from lathe.reports.errors import ReportError
from lathe.reports.rules import Month
from lathe.royalties import actions as royalties
from lathe.sales import refunds
from lathe.sales.models import OrderLine
from tests import paying, shops

pytestmark = pytest.mark.usefixtures("own_database")

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)


def sold_over_two_months() -> shops.Shop:
    """Two sales in September, one in October that refunds one of September."""
    shop = shops.opened()
    with clock.use(FixedClock(datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC))):
        paying.paid(shops.placed(shop))
        back = paying.paid(shops.placed(shop, track=shop.tracks[0], email="two@example.com"))
    with clock.use(FixedClock(datetime(2026, 10, 1, 0, 0, tzinfo=UTC))):
        paying.paid(shops.placed(shop, track=shop.tracks[1], territory="FR", email="three@example.com"))
        operator = Person.objects.create_user("operator@example.com", is_operator=True)
        refunds.refund(order=back, reason="asked for it", operator=operator)
    return shop


def test_months_follow_one_another_and_equal_the_ledger() -> None:
    shop = sold_over_two_months()
    september, october, november = (
        statements.statement(shop.label, month, "EUR") for month in (SEPTEMBER, OCTOBER, NOVEMBER)
    )
    assert september.opening_micro == 0
    assert september.closing_micro == october.opening_micro == 1_463_000 + 581_000
    assert october.closing_micro == november.closing_micro == november.opening_micro
    assert october.closing_micro == -books.balance(accounts.payable(shop.label.uid), "EUR")
    assert (september.units, october.units, november.units) == (2, 0, 0)
    assert not november.lines


def test_each_line_says_what_was_sold_where_and_by_which_terms() -> None:
    shop = sold_over_two_months()
    lines = statements.statement(shop.label, OCTOBER, "EUR").lines
    sale = next(line for line in lines if line.kind == "sale")
    refund = next(line for line in lines if line.kind == "refund")
    assert (sale.track, sale.territory, sale.format, sale.rule) == ("Gymnopédie no. 2", "FR", "FLAC 16/44.1", "v1")
    assert (sale.price.minor, sale.tax.minor, sale.owed_micro) == (99, 16, 581_000)
    assert (refund.price.minor, refund.owed_micro) == (-99, -581_000)


def test_a_line_names_what_the_partys_own_part_rests_on() -> None:
    shop, publisher = shops.opened(), catalogue.party(name="A Publisher")
    royalties.agree(party_uid=shop.label.uid, share=Fraction(1, 2), use_wholesale=False, starts_on=shops.LONG_AGO)
    first, second = shop.tracks[0].recording, shop.tracks[1].recording
    work = works.enter(title="Lent")
    for recording in (first, second):
        works.link(recording=recording, parts=((work, Fraction(1)),))
    royalties.divide(subject_uid=work.uid, shares=[(publisher.uid, Fraction(1))], starts_on=shops.LONG_AGO)
    halves = [(shop.label.uid, Fraction(1, 2)), (publisher.uid, Fraction(1, 2))]
    royalties.divide(subject_uid=second.uid, shares=halves, starts_on=shops.LONG_AGO)
    royalties.set_mechanicals(plain={"starts_on": shops.LONG_AGO, "rule": [{"name": "all", "share": "8%"}]})
    with clock.use(FixedClock(datetime(2026, 10, 5, tzinfo=UTC))):
        order = paying.paid(shops.placed(shop, track=shop.tracks[0]))
        paying.paid(shops.placed(shop, track=shop.tracks[1], email="two@example.com"))
        operator = Person.objects.create_user("operator@example.com", is_operator=True)
        refunds.refund(order=order, reason="asked for it", operator=operator)
    assert rules(shop.label) == [("sale", "v2"), ("sale", "v2"), ("refund", "v2")]
    assert rules(publisher) == [("sale", "m1"), ("sale", "m1 v2"), ("refund", "m1")]


def test_a_line_without_a_kept_decision_names_the_contract_it_was_sold_under() -> None:
    shop = shops.opened()
    with clock.use(FixedClock(datetime(2026, 10, 5, tzinfo=UTC))):
        paying.paid(shops.placed(shop))
    OrderLine.objects.update(royalties={})
    assert rules(shop.label) == [("sale", "v1")]


def rules(party: Party) -> list[tuple[str, str]]:
    return [(line.kind, line.rule) for line in statements.statement(party, OCTOBER, "EUR").lines]


def test_months_with_postings_are_listed_newest_first() -> None:
    shop = sold_over_two_months()
    assert statements.months(shop.label, "EUR") == [OCTOBER, SEPTEMBER]
    assert statements.currencies(shop.label) == ["EUR"]


def test_a_label_without_sales_gets_an_empty_statement() -> None:
    shop = shops.opened(share=Fraction(1, 2))
    statement = statements.statement(shop.label, OCTOBER, "EUR")
    assert (statement.opening_micro, statement.closing_micro, list(statement.lines)) == (0, 0, [])


def test_a_label_is_found_by_name_slug_or_id_and_an_unknown_one_is_answered_with_those_there_are() -> None:
    shop = shops.opened()
    for name in ("Arcueil Éditions", "arcueil", str(shop.label.uid)):
        assert statements.party(name) == shop.label
    with pytest.raises(ReportError, match="There are: Arcueil Éditions"):
        statements.party("Nobody")
