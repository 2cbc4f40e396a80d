"""One error of each kind is put into sealed and closed books, behind the guards' back: the check names it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.ledger import accounts, actions, checks, periods, sealing, tax_records, totals
from lathe.ledger.entries import credit, debit
from lathe.ledger.guards import guards
from lathe.ledger.periods import Span
from lathe.ledger.tax_records import Supply
from tests.db.ledger.books import run
from tests.db.ledger.test_checks import switch_keys, tampered
from tests.plugins.databases import OwnDatabase

MOMENT = datetime(2026, 2, 14, 15, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _books(own_database: OwnDatabase) -> None:
    """Three sales with their tax records, sealed, and their month closed; then one in the open month."""
    for number in (1, 2, 3):
        sale(number, MOMENT)
    with clock.use(FixedClock(datetime(2026, 3, 2, tzinfo=UTC))):
        periods.close(month=Span.of(date(2026, 2, 1)))
    sale(4, datetime(2026, 3, 1, tzinfo=UTC))
    sealing.seal()
    assert checks.check().findings == ()


def sale(number: int, at: datetime) -> None:
    entries = [debit(accounts.processor("demo"), "EUR", 100), credit(accounts.tax("DE"), "EUR", 100)]
    made = actions.post(key=f"sale:{number}", kind="sale", subject="", occurred_at=at, entries=entries)
    supply = Supply(uuid4(), at.date(), "DE", 1900, "EUR", 526, 100, {})
    tax_records.keep(posted=made, supply=supply)


def test_a_seal_that_was_changed_breaks_the_chain_where_it_was() -> None:
    found = tampered("UPDATE ledger_seal SET digest = 'f' WHERE seq = 2")
    assert found == [("chain", "seal 2")]


def test_a_seal_that_is_gone_breaks_the_chain_where_it_was() -> None:
    found = tampered("DELETE FROM ledger_seal WHERE seq = 2")
    assert ("chain", "seal 2") in found
    assert ("invoice", "S2026") in found
    assert ("unqueued", "sale:2") in found


@pytest.mark.parametrize(
    "change",
    ["occurred_at = '2026-02-15 00:00:00+00:00'", "recorded_at = '2026-02-15 00:00:00+00:00'", "\"key\" = 'other'"],
)
def test_a_transaction_that_was_changed_breaks_the_chain(change: str) -> None:
    sql = f"UPDATE ledger_transaction SET {change} WHERE id = (SELECT transaction_id FROM ledger_seal WHERE seq = 3)"
    assert ("chain", "seal 3") in tampered(sql)


def test_a_chain_made_anew_does_not_fit_the_closed_month() -> None:
    sql = (
        "DELETE FROM ledger_seal; DELETE FROM ledger_unsealed; INSERT INTO ledger_unsealed (transaction_id)"
        ' SELECT id FROM ledger_transaction ORDER BY "key" DESC'
    )
    switch_keys("OFF")
    guards.drop(connection)
    for statement in sql.split("; "):
        run(statement)
    run("DELETE FROM ledger_daytotal")
    sealing.seal()
    found = [(one.code, one.subject) for one in checks.check().findings if one.code != "guard"]
    assert ("anchor", "2026-02") in found
    assert not any(code == "chain" for code, _ in found)


def test_a_total_that_is_off_is_found_and_made_anew() -> None:
    run("UPDATE ledger_daytotal SET amount_micro = amount_micro + 1 WHERE amount_micro = 100")
    report = checks.check()
    assert [(one.code, one.subject) for one in report.findings] == [("total", "assets:processor:demo EUR")]
    assert "1 millionths off" in report.findings[0].sentence
    totals.rebuild()
    assert checks.check().findings == ()


@pytest.mark.parametrize("end", ["opening", "closing"])
def test_a_kept_balance_that_is_off_is_found(end: str) -> None:
    found = tampered(f"UPDATE ledger_periodbalance SET {end}_micro = {end}_micro + 1 WHERE closing_micro > 0")
    assert found == [("balance", "2026-02 assets:processor:demo EUR")]


def test_a_posting_in_a_closed_month_is_found() -> None:
    assert tampered("DELETE FROM ledger_period") == [("period", "2026-02")]
    actions.post(
        key="late",
        kind="gift",
        subject="",
        occurred_at=MOMENT,
        entries=[debit(accounts.gifts(), "EUR", 7), credit(accounts.bank(), "EUR", 7)],
    )
    run(
        "INSERT INTO ledger_period (first_day, last_day, closed_at, head_seq, head_digest)"
        " SELECT '2026-02-01', '2026-02-28', '2026-03-02 00:00:00+00:00', seq, digest FROM ledger_seal WHERE seq = 3"
    )
    assert ("period", "late") in {(one.code, one.subject) for one in checks.check().findings}


def test_a_tax_record_that_says_something_else_is_found() -> None:
    sql = "UPDATE ledger_taxrecord SET tax_micro = 1 WHERE id = (SELECT min(id) FROM ledger_taxrecord)"
    assert tampered(sql) == [("tax", "sale:1")]


def test_a_posting_on_another_day_is_found() -> None:
    found = tampered(
        "UPDATE ledger_posting SET booked_on = '2026-02-15' WHERE id = (SELECT max(id) FROM ledger_posting)"
    )
    assert ("day", "sale:4") in found
    assert [code for code, _ in found].count("total") == 2


def test_a_transaction_that_nobody_will_seal_is_found() -> None:
    sale(5, datetime(2026, 3, 1, tzinfo=UTC))
    assert tampered("DELETE FROM ledger_unsealed")[0] == ("unqueued", "sale:5")
