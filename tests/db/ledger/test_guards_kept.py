"""The guards over time: at the commit, through migrations, and when somebody takes them off."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from lathe.ledger import checks
from lathe.ledger.guards import guards
from lathe.ledger.models import Posting
from tests.db.ledger.books import Draft, account, run, written
from tests.plugins.databases import OwnDatabase


@pytest.fixture(autouse=True)
def _books(own_database: OwnDatabase) -> None:
    """Every test commits or changes tables, so each has a database of its own."""


def test_a_posting_without_a_transaction_does_not_survive_the_commit() -> None:
    draft, on = Draft(), account()

    def attempt() -> None:
        with transaction.atomic():
            draft.post(5, on)

    with pytest.raises(IntegrityError):
        attempt()
    assert not Posting.objects.exists()


def test_emptying_the_database_is_refused() -> None:
    written()
    with pytest.raises(CommandError, match="couldn't be flushed"):
        call_command("flush", interactive=False, verbosity=0)
    assert Posting.objects.count() == 2


def test_the_guards_are_in_place_after_migrating_once_and_twice() -> None:
    assert guards.missing(connection) == []
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
    draft = written()
    with pytest.raises(IntegrityError, match="closed"):
        draft.post(7, account())


def test_guards_taken_off_are_named_and_put_back() -> None:
    written()
    guards.drop(connection)
    assert "ledger_posting_insert" in guards.missing(connection)
    assert "ledger_transaction_insert" in guards.missing(connection)
    guards.install(connection)
    assert guards.missing(connection) == []
    with pytest.raises(IntegrityError, match="never"):
        run("DELETE FROM ledger_posting")


def test_one_guard_that_is_gone_is_named_alone() -> None:
    on = "" if connection.vendor == "sqlite" else " ON ledger_posting"
    run(f"DROP TRIGGER ledger_posting_insert{on}")
    assert guards.missing(connection) == ["ledger_posting_insert"]
    guards.install(connection)
    assert guards.missing(connection) == []


def test_installing_twice_changes_nothing() -> None:
    guards.install(connection)
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.engine("sqlite")
def test_a_guard_made_weaker_is_named() -> None:
    run("DROP TRIGGER ledger_posting_delete")
    run("CREATE TRIGGER ledger_posting_delete BEFORE DELETE ON ledger_posting BEGIN SELECT 1; END")
    assert guards.missing(connection) == ["ledger_posting_delete"]


@pytest.mark.engine("sqlite")
def test_a_connection_that_keeps_no_foreign_keys_is_named() -> None:
    run("PRAGMA foreign_keys = OFF")
    assert guards.missing(connection) == ["PRAGMA foreign_keys"]
    run("PRAGMA foreign_keys = ON")


@pytest.mark.engine("sqlite")
def test_a_table_of_the_books_can_be_made_anew_by_a_migration() -> None:
    written()
    guards.make_way(connection)
    with connection.schema_editor() as editor:
        editor._remake_table(Posting)  # type: ignore[attr-defined]
    guards.install(connection)
    assert guards.missing(connection) == []
    assert checks.check().postings == 2
