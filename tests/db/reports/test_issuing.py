"""Issuing: a number, bytes that stay, and a next report that brings what came late."""

from __future__ import annotations

import csv
import io
import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.entries import credit, debit
from lathe.objects import stores
from lathe.reports import actions, auditing, checking, queries
from lathe.reports.errors import ReportError
from lathe.reports.guards import guards
from lathe.reports.models import Issue, IssuedFile
from lathe.reports.opening import Wanted
from lathe.reports.rules import Month
from lathe.reports.source.books import Books
from lathe.sales import refunds
from lathe.sales.models import Order
from tests import paying, shops

pytestmark = pytest.mark.usefixtures("own_database")

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)


def at(month: int, day: int) -> FixedClock:
    return FixedClock(datetime(2026, month, day, 12, tzinfo=UTC))


@pytest.fixture
def shop() -> shops.Shop:
    """A release (1.463 owed) and a track (0.581) sold in September."""
    opened = shops.opened()
    with clock.use(at(9, 20)):
        paying.paid(shops.placed(opened))
        paying.paid(shops.placed(opened, track=opened.tracks[0], email="two@example.com"))
    return opened


def issue(shop: shops.Shop, month: Month, series: str = "statement") -> Issue:
    with clock.use(at(month.next.month, 1)):
        return actions.issue(series=series, wanted=Wanted(shop.label, month, "EUR"))


def table(made: Issue) -> list[dict[str, str]]:
    content = queries.content(made.files.get(report="statement-csv")).decode()
    return list(csv.DictReader(io.StringIO(content)))


def test_an_issue_is_numbered_kept_and_equal_to_the_ledger(shop: shops.Shop) -> None:
    made = issue(shop, SEPTEMBER)
    assert (made.number, made.opening_micro, made.closing_micro) == (1, 0, 2_044_000)
    assert [row["owed"] for row in table(made)] == ["1.463000", "0.581000"]
    assert {file.report for file in made.files.all()} == {"statement-csv", "statement-pdf"}
    assert len(made.books_head) == 64
    assert auditing.audit().findings == ()


def test_what_was_issued_is_not_issued_again_and_a_running_month_not_yet(shop: shops.Shop) -> None:
    issue(shop, SEPTEMBER)
    with pytest.raises(ReportError, match="statement-000001"):
        issue(shop, SEPTEMBER)
    with clock.use(at(10, 31)), pytest.raises(ReportError, match="still runs"):
        actions.issue(series="statement", wanted=Wanted(shop.label, OCTOBER, "EUR"))
    assert Issue.objects.count() == 1


def test_late_entries_and_refunds_stand_in_the_next_and_nothing_in_two(shop: shops.Shop) -> None:
    first = issue(shop, SEPTEMBER)
    _correct(shop, datetime(2026, 9, 25, tzinfo=UTC), 1_000)
    with clock.use(at(10, 5)):
        refunds.refund(order=_order("two@example.com"), reason="asked", operator=_operator())
    second = issue(shop, OCTOBER)
    assert first.closing_micro == second.opening_micro == 2_044_000
    assert [(row["kind"], row["owed"]) for row in table(second)] == [
        ("correction", "0.001000"),
        ("refund", "-0.581000"),
    ]
    assert second.closing_micro == 1_464_000 == -books.balance(accounts.payable(shop.label.uid), "EUR")
    assert auditing.audit().findings == ()


def test_a_month_in_between_is_not_left_out(shop: shops.Shop) -> None:
    issue(shop, SEPTEMBER)
    with clock.use(at(10, 5)):
        paying.paid(shops.placed(shop, track=shop.tracks[1], email="three@example.com"))
    with pytest.raises(ReportError, match="2026-10 comes first"):
        issue(shop, NOVEMBER)
    issue(shop, OCTOBER)
    assert issue(shop, NOVEMBER).number == 3


def test_issuing_all_makes_every_series_and_a_second_call_makes_nothing(shop: shops.Shop, tmp_path: Path) -> None:
    series = ("statement", "dsr", "sales", "chart")
    with clock.use(at(10, 1)):
        made = actions.issue_all(wanted=queries.unissued(series, SEPTEMBER))
    assert [(one.series, one.number) for one in made if one.series != "chart"] == [
        ("statement", 1),
        ("dsr", 1),
        ("sales", 1),
    ]
    assert queries.unissued(series, SEPTEMBER) == []
    reports = IssuedFile.objects.filter(report__startswith="dsr")
    assert reports.count() == 2
    for file in reports:
        path = tmp_path / file.name
        path.write_bytes(queries.content(file))
        assert checking.check(path).findings == ()


def test_an_audit_finds_bytes_that_changed_and_a_row_that_was_forged(shop: shops.Shop) -> None:
    made = issue(shop, SEPTEMBER)
    file = made.files.get(report="statement-csv")
    stores.documents().delete(file.object_key)
    stores.documents().put_new(file.object_key, b"forged")
    assert {found.code for found in auditing.audit().findings} == {"bytes"}
    stores.documents().delete(file.object_key)
    guards.drop(connection)
    Issue.objects.update(closing_micro=1)
    assert {found.code for found in auditing.audit().findings} == {"guard", "missing", "chain", "balance"}


def test_a_report_that_does_not_add_up_leaves_no_number(shop: shops.Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Books.items
    monkeypatch.setattr(Books, "items", lambda self: itertools.islice(whole(self), 1, None))
    with pytest.raises(ReportError, match="nothing was issued"):
        issue(shop, SEPTEMBER)
    assert not Issue.objects.exists()
    assert not IssuedFile.objects.exists()


def test_a_number_that_another_took_meanwhile_is_not_taken_twice(
    shop: shops.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(shop, SEPTEMBER)
    seen = iter([1, 2])
    monkeypatch.setattr(actions, "_next_number", lambda series: next(seen))
    assert issue(shop, OCTOBER).number == 2
    assert auditing.audit().findings == ()


def test_a_payout_is_no_earning_but_moves_the_balance(shop: shops.Shop) -> None:
    with clock.use(at(9, 28)):
        ledger.post(
            key="payout:1",
            kind="payout",
            subject="bank",
            occurred_at=clock.now(),
            entries=[
                debit(accounts.payable(shop.label.uid), "EUR", 2_000_000),
                credit(accounts.processor("bank"), "EUR", 2_000_000),
            ],
        )
    made = issue(shop, SEPTEMBER)
    assert made.closing_micro == 44_000
    assert [row["line"] for row in table(made)][-1] == ""
    assert issue(shop, SEPTEMBER, "sales").closing_micro == 44_000


def _correct(shop: shops.Shop, moment: datetime, micro: int) -> None:
    """An entry by hand that says it happened in a month that was issued already."""
    ledger.post(
        key="correction:1",
        kind="correction",
        subject="by hand",
        occurred_at=moment,
        entries=[debit(accounts.margin(), "EUR", micro), credit(accounts.payable(shop.label.uid), "EUR", micro)],
    )


def _order(email: str) -> Order:
    return Order.objects.get(email=email)


def _operator() -> Person:
    return Person.objects.create_user("operator@example.com", is_operator=True)
