"""Ways round the guards that only PostgreSQL has: other connections, its own statements, its own switches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import Error

from lathe.ledger import periods
from lathe.ledger.guards import guards
from lathe.ledger.models import Posting, Transaction
from tests.db.ledger.books import MOMENT, Draft, account, run, written
from tests.plugins.databases import OwnDatabase

pytestmark = pytest.mark.engine("postgres")
LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


@pytest.fixture
def second(own_database: OwnDatabase) -> Iterator[BaseDatabaseWrapper]:
    """Another connection to the same database, as another process has."""
    other = connection.copy()
    yield other
    other.close()


@pytest.mark.parametrize("level", LEVELS)
def test_a_second_connection_cannot_add_a_posting_to_an_uncommitted_transaction(
    second: BaseDatabaseWrapper, level: str
) -> None:
    draft, on = Draft(), account()
    run("BEGIN")
    run("BEGIN", on=second)
    run(f"SET TRANSACTION ISOLATION LEVEL {level}", on=second)
    draft.post(5, on)
    draft.post(-5, on)
    draft.close()
    draft.post(7, on, on=second)
    run("COMMIT")
    with pytest.raises(IntegrityError, match="foreign key"):
        run("COMMIT", on=second)
    assert Posting.objects.count() == 2


@pytest.mark.parametrize("level", LEVELS)
def test_a_second_connection_cannot_leave_a_posting_for_a_transaction_to_come(
    second: BaseDatabaseWrapper, level: str
) -> None:
    draft, on = Draft(), account()
    run("BEGIN", on=second)
    run(f"SET TRANSACTION ISOLATION LEVEL {level}", on=second)
    draft.post(7, on, on=second)
    run("BEGIN")
    draft.post(5, on)
    draft.post(-5, on)
    draft.close()
    with pytest.raises(IntegrityError, match="foreign key"):
        run("COMMIT", on=second)
    run("COMMIT")
    assert Posting.objects.count() == 2


def test_two_connections_cannot_balance_one_transaction_together(second: BaseDatabaseWrapper) -> None:
    draft, on = Draft(), account()
    run("BEGIN", on=second)
    draft.post(5, on, on=second)
    draft.post(-5, on, on=second)
    with pytest.raises(IntegrityError, match="two postings or more"):
        draft.close()
    run("ROLLBACK", on=second)


def test_an_xid_that_is_given_is_not_believed(second: BaseDatabaseWrapper) -> None:
    draft, on = Draft(), account()
    run("BEGIN")
    draft.post(5, on)
    draft.post(-5, on)
    draft.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        xid = cursor.fetchone()[0]
    run("BEGIN", on=second)
    run(
        "INSERT INTO ledger_posting"
        " (transaction_id, account_id, amount_micro, currency, line, position, booked_on, xid)"
        " VALUES (%s, %s, 7, 'EUR', '', 0, '2026-03-14', %s::xid8)",
        draft.id,
        on.pk,
        xid,
        on=second,
    )
    run("COMMIT")
    with pytest.raises(IntegrityError, match="foreign key"):
        run("COMMIT", on=second)


def test_a_deferred_key_called_early_is_still_kept(own_database: OwnDatabase) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        Draft().post(5, account())


@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE ledger_posting",
        "TRUNCATE ledger_transaction CASCADE",
        "TRUNCATE ledger_account CASCADE",
        "INSERT INTO ledger_posting SELECT * FROM ledger_posting ON CONFLICT (id) DO UPDATE SET amount_micro = 99",
        "MERGE INTO ledger_posting p USING ledger_account a ON p.account_id = a.id WHEN MATCHED THEN DELETE",
        (
            "MERGE INTO ledger_posting p USING ledger_account a ON p.account_id = a.id"
            " WHEN MATCHED THEN UPDATE SET amount_micro = 1"
        ),
        "WITH gone AS (DELETE FROM ledger_posting RETURNING *) SELECT count(*) FROM gone",
    ],
)
def test_every_statement_that_changes_or_empties_is_refused(own_database: OwnDatabase, sql: str) -> None:
    written()
    with pytest.raises(IntegrityError, match="ledger:"), transaction.atomic():
        run(sql)
    assert Posting.objects.count() == 2


@pytest.mark.parametrize("main", ["posting", "transaction"])
def test_one_statement_that_writes_both_tables_cannot_slip_a_posting_in(db: None, main: str) -> None:
    draft, on = Draft(), account()
    into = "INSERT INTO ledger_posting (transaction_id, account_id, amount_micro, currency, line, position, booked_on)"
    one, other = "(%(id)s, %(on)s, 5, 'EUR', '', 0, %(at)s)", "(%(id)s, %(on)s, -5, 'EUR', '', 1, %(at)s)"
    pair = f"pair AS ({into} VALUES {one}, {other} RETURNING id)"
    third = into + " VALUES (%(id)s, %(on)s, 9, 'EUR', '', (SELECT count(*) FROM {after}), %(at)s) RETURNING id"
    heading = (
        "INSERT INTO ledger_transaction (id, key, digest, kind, subject, occurred_at, booked_at, recorded_at)"
        " VALUES (%(id)s, 'k', (SELECT count(*) FROM pair), 'sale', '', %(at)s, %(at)s, %(at)s) RETURNING id"
    )
    if main == "posting":
        sql = f"WITH {pair}, closed AS ({heading}) {third.format(after='closed')}"
    else:
        sql = f"WITH {pair}, third AS ({third.format(after='pair')}) {heading}"

    def attempt() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, {"id": draft.id, "on": on.pk, "at": MOMENT})

    with pytest.raises(IntegrityError, match="closed|two postings|sum to zero"):
        attempt()
    assert not Transaction.objects.exists()
    assert not Posting.objects.exists()


def test_a_temporary_table_cannot_stand_in_for_a_real_one(own_database: OwnDatabase) -> None:
    draft, on = Draft(), account()
    run("CREATE TEMPORARY TABLE ledger_posting AS SELECT * FROM public.ledger_posting")
    run(
        "INSERT INTO pg_temp.ledger_posting (transaction_id, account_id, amount_micro, currency)"
        " VALUES (%(0)s, 1, 5, 'EUR'), (%(0)s, 1, -5, 'EUR')".replace("%(0)s", f"'{draft.id}'")
    )
    run("SET search_path = pg_temp, public")
    with pytest.raises(IntegrityError, match="two postings or more"):
        draft.close()
    run("DROP TABLE pg_temp.ledger_posting")
    assert on.pk


def test_copying_rows_in_is_held_to_the_same_rules(own_database: OwnDatabase) -> None:
    draft, on = written(), account()
    with connection.cursor() as cursor:
        columns = "transaction_id, account_id, amount_micro, currency, line, position, booked_on"
        copy = cursor.cursor.copy(f"COPY ledger_posting ({columns}) FROM STDIN")

        def attempt() -> None:
            with copy as rows:
                rows.write_row((draft.id, on.pk, 9, "EUR", "", 0, MOMENT[:10]))

        with pytest.raises(Error, match="closed"):
            attempt()
    assert Posting.objects.count() == 2


def test_rolling_back_to_a_savepoint_takes_the_transaction_row_along(own_database: OwnDatabase) -> None:
    draft, on = Draft(), account()

    def attempt() -> None:
        with transaction.atomic():
            draft.post(5, on)
            inner = transaction.savepoint()
            draft.post(-5, on)
            draft.close()
            transaction.savepoint_rollback(inner)

    with pytest.raises(IntegrityError, match="foreign key"):
        attempt()
    assert not Posting.objects.exists()


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("ALTER TABLE ledger_posting DISABLE TRIGGER ledger_posting_change", "ledger_posting_change"),
        ("ALTER TABLE ledger_posting DROP CONSTRAINT ledger_posting_xid", "ledger_posting_xid"),
        (
            (
                "CREATE OR REPLACE FUNCTION lathe_ledger_open_posting() RETURNS trigger LANGUAGE plpgsql"
                " AS $$BEGIN RETURN NEW; END$$"
            ),
            "ledger_posting_insert",
        ),
    ],
)
def test_a_guard_switched_off_or_made_weaker_is_named_and_put_back(
    own_database: OwnDatabase, sql: str, named: str
) -> None:
    run(sql)
    assert guards.missing(connection) == [named]
    guards.install(connection)
    assert guards.missing(connection) == []


def test_a_guard_put_back_by_migrating_holds_again(own_database: OwnDatabase) -> None:
    draft = written()
    guards.drop(connection)
    guards.install(connection)
    with pytest.raises(DatabaseError, match="closed"):
        draft.post(7, account())


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_transaction_that_would_not_see_a_period_close_is_refused(own_database: OwnDatabase, level: str) -> None:
    draft, on = Draft(), account()
    run(f"BEGIN ISOLATION LEVEL {level}")
    draft.post(5, on)
    draft.post(-5, on)
    with pytest.raises(IntegrityError, match="posted at READ COMMITTED"):
        draft.close()
    run("ROLLBACK")


def test_closing_a_month_waits_for_whoever_is_posting_in_it(second: BaseDatabaseWrapper) -> None:
    draft, on = Draft(), account()
    run("BEGIN", on=second)
    for amount in (5, -5):
        draft.post(amount, on, on=second)
    draft.close(on=second)
    run("BEGIN")
    run("SET LOCAL lock_timeout = '50ms'")
    with pytest.raises(DatabaseError, match="lock timeout"):
        periods._stop_posting()
    run("ROLLBACK")
    run("COMMIT", on=second)
