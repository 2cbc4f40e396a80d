"""The audit finds what got past the guards: here they are taken off first, as a database's owner can."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from lathe.ledger import accounts, actions, checks
from lathe.ledger.entries import credit, debit
from lathe.ledger.guards import guards
from tests.db.ledger.books import Draft, account, run
from tests.plugins.databases import OwnDatabase

MOMENT = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _books(own_database: OwnDatabase) -> None:
    for number in (1, 2):
        entries = [debit(accounts.processor("demo"), "EUR", 990_000), credit(accounts.margin(), "EUR", 990_000)]
        actions.post(key=f"sale:{number}", kind="sale", subject="order-1", occurred_at=MOMENT, entries=entries)


def tampered(sql: str) -> list[tuple[str, str]]:
    """Change the books behind the guards' back, with the guards and keys back afterwards; what the audit says."""
    switch_keys("OFF")
    guards.drop(connection)
    run(sql)
    switch_keys("ON")
    if connection.vendor == "sqlite":
        guards.install(connection)
    report = checks.check()
    assert not report.is_sound
    return [(found.code, found.subject) for found in report.findings if found.code != "guard"]


def switch_keys(state: str) -> None:
    """Foreign keys off and on; PostgreSQL's go for good, which only its superuser can do in another way."""
    if connection.vendor == "sqlite":
        run(f"PRAGMA foreign_keys = {state}")
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f'"
            " AND conrelid::regclass::text LIKE 'ledger_%'"
        )
        for table, name in cursor.fetchall():
            run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def test_sound_books_are_called_sound_and_counted() -> None:
    report = checks.check()
    assert report.is_sound
    assert (report.accounts, report.transactions, report.postings) == (2, 2, 4)


def test_empty_books_are_sound() -> None:
    assert checks.Report(0, 0, 0, ()).is_sound


def test_an_amount_that_was_changed_is_found() -> None:
    found = tampered("UPDATE ledger_posting SET amount_micro = 1 WHERE id = (SELECT min(id) FROM ledger_posting)")
    assert found == [("unbalanced", "sale:1"), ("digest", "sale:1")]


def test_amounts_that_were_changed_in_balance_are_found() -> None:
    found = tampered("UPDATE ledger_posting SET amount_micro = amount_micro * 2")
    assert sorted(found) == [("digest", "sale:1"), ("digest", "sale:2")]


def test_a_posting_moved_to_another_account_is_found() -> None:
    other = account("income:other")
    sql = f"UPDATE ledger_posting SET account_id = {other.pk} WHERE id = (SELECT max(id) FROM ledger_posting)"
    assert tampered(sql) == [("digest", "sale:2")]


def test_an_account_whose_currency_was_changed_is_found() -> None:
    found = tampered("UPDATE ledger_account SET currency = 'USD' WHERE code = 'income:margin'")
    assert sorted(found) == [("currency", "sale:1"), ("currency", "sale:2")]


def test_a_transaction_that_lost_its_postings_is_found() -> None:
    sql = "DELETE FROM ledger_posting WHERE transaction_id = (SELECT id FROM ledger_transaction WHERE key = 'sale:1')"
    assert tampered(sql) == [("empty", "sale:1")]


def test_a_transaction_that_lost_one_posting_is_found() -> None:
    found = tampered("DELETE FROM ledger_posting WHERE id = (SELECT min(id) FROM ledger_posting)")
    assert found == [("unbalanced", "sale:1"), ("single", "sale:1"), ("digest", "sale:1")]


def test_postings_that_lost_their_transaction_are_found() -> None:
    found = tampered("DELETE FROM ledger_transaction WHERE key = 'sale:1'")
    assert [code for code, _ in found] == ["orphan", "orphan"]


def test_postings_that_lost_their_account_are_found() -> None:
    found = tampered("DELETE FROM ledger_account WHERE code = 'income:margin'")
    assert [code for code, _ in found if code == "orphan"] == ["orphan", "orphan"]


def test_guards_that_are_gone_are_findings() -> None:
    guards.drop(connection)
    found = {finding.subject for finding in checks.check().findings}
    assert found == set(guards.missing(connection))
    assert found


@pytest.mark.engine("sqlite")
def test_an_orphan_written_on_a_connection_without_foreign_keys_is_found() -> None:
    run("PRAGMA foreign_keys = OFF")
    Draft().post(5, account())
    run("PRAGMA foreign_keys = ON")
    assert [finding.code for finding in checks.check().findings] == ["orphan", "total"]
