"""Seals, periods, rates and tax records are kept as postings are: raw SQL cannot change, replace or remove them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.ledger import accounts, actions, bookings, periods, sealing, tax_records
from lathe.ledger.entries import credit, debit
from lathe.ledger.guards import guards
from lathe.ledger.models import Posting, TaxRecord
from lathe.ledger.periods import Span
from lathe.ledger.rates import Rate
from lathe.ledger.tax_records import Supply
from tests.db.ledger import books
from tests.db.ledger.books import Draft, account, run, written
from tests.plugins.databases import OwnDatabase

MOMENT = datetime(2026, 2, 14, 15, 9, tzinfo=UTC)
TABLES = (
    "ledger_seal",
    "ledger_unsealed",
    "ledger_period",
    "ledger_periodbalance",
    "ledger_exchangerate",
    "ledger_taxrecord",
)


def filled() -> None:
    """A row in each of the tables."""
    entries = [debit(accounts.processor("demo"), "EUR", 5), credit(accounts.tax("DE"), "EUR", 5)]
    sale = actions.post(key="sale:1", kind="sale", subject="", occurred_at=MOMENT, entries=entries)
    supply = Supply(uuid4(), MOMENT.date(), "DE", 1900, "EUR", 26, 5, {"stated": "DE"})
    tax_records.keep(posted=sale, supply=supply)
    sealing.seal()
    with clock.use(FixedClock(datetime(2026, 3, 2, tzinfo=UTC))):
        periods.close(month=Span.of(MOMENT.date()))
    bookings.give_rate(Rate("EUR", "USD", "1.0845", "ECB", date(2026, 3, 31)))
    actions.post(key="sale:2", kind="sale", subject="", occurred_at=MOMENT, entries=entries)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_seal SET digest = 'x'",
        "UPDATE ledger_seal SET number = number + 1",
        "UPDATE ledger_unsealed SET transaction_id = transaction_id",
        "UPDATE ledger_period SET last_day = first_day",
        "UPDATE ledger_periodbalance SET closing_micro = 0",
        "UPDATE ledger_exchangerate SET value = '1'",
        "UPDATE ledger_taxrecord SET kept_until = '2000-01-01'",
        "UPDATE ledger_transaction SET booked_at = occurred_at",
        *(f"DELETE FROM {table}" for table in TABLES),
    ],
)
def test_rows_are_never_changed_and_never_removed(db: None, sql: str) -> None:
    filled()
    before = [books.count(table) for table in TABLES]
    with pytest.raises(IntegrityError, match="never (changed|removed)"), transaction.atomic():
        run(sql)
    assert [books.count(table) for table in TABLES] == before
    assert 0 not in before


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_never_replaced(db: None, table: str) -> None:
    filled()
    with pytest.raises(IntegrityError, match="never replaced"), transaction.atomic():
        run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.engine("postgres")
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_never_emptied(own_database: OwnDatabase, table: str) -> None:
    filled()
    with pytest.raises(IntegrityError, match="ledger:"), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


def test_a_tax_record_goes_once_its_ten_years_are_over(own_database: OwnDatabase) -> None:
    filled()
    kept = TaxRecord.objects.get()
    assert kept.kept_until == date(2036, 12, 31)
    with clock.use(FixedClock(datetime(2040, 1, 1, tzinfo=UTC))), pytest.raises(IntegrityError), transaction.atomic():
        tax_records.forget()
    guards.drop(connection)
    TaxRecord.objects.update(kept_until=date(2020, 12, 31))
    guards.install(connection)
    assert tax_records.forget() == 1
    assert not TaxRecord.objects.exists()


def test_postings_are_booked_on_the_day_of_their_transaction(db: None) -> None:
    draft, on = Draft(moment="2026-03-15 00:00:00+00:00"), account()

    def attempt() -> None:
        with transaction.atomic():
            draft.post(5, on)
            draft.post(-5, on)
            draft.close()

    with pytest.raises(IntegrityError, match="booked on the day of their transaction"):
        attempt()


class _Later(migrations.Migration):
    """A migration of a version to come, which makes a table of the books anew on SQLite."""

    dependencies = [("ledger", "0003_book_what_there_is")]
    operations = [
        migrations.AddField("posting", "remark", models.CharField(max_length=10, default="")),
        migrations.AlterField("seal", "series", models.CharField(max_length=9, blank=True, default="")),
    ]


def test_the_guards_hold_after_a_later_migration(own_database: OwnDatabase) -> None:
    written()
    executor = MigrationExecutor(connection)
    later = _Later("9999_later", "ledger")
    state = executor.loader.project_state()
    guards.make_way(connection)
    with connection.schema_editor() as editor:
        later.apply(state, editor)
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
    for sql in ("DELETE FROM ledger_posting", "UPDATE ledger_posting SET remark = 'x'"):
        with pytest.raises(DatabaseError, match="never"):
            run(sql)
    assert Posting.objects.count() == 2


def test_what_stood_in_the_books_before_there_were_periods_is_booked_as_it_occurred(own_database: OwnDatabase) -> None:
    guards.drop(connection)
    executor = MigrationExecutor(connection)
    executor.migrate([("ledger", "0001_initial"), ("sales", "0002_gifts")])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_account (id, code, currency, kind, opened_at)"
            " VALUES (1, 'income:margin', 'EUR', 'income', '2026-03-14 15:09:00+00:00')"
        )
        draft = Draft()
        for amount in (5, -5):
            cursor.execute(
                "INSERT INTO ledger_posting (transaction_id, account_id, amount_micro, currency, line, position)"
                " VALUES (%s, 1, %s, 'EUR', '', 0)",
                [draft.raw_id, amount],
            )
        cursor.execute(
            'INSERT INTO ledger_transaction (id, "key", digest, kind, subject, occurred_at, recorded_at)'
            " VALUES (%s, 'k', '', 'sale', '', '2026-03-14 23:30:00+00:00', '2026-03-15 00:09:00+00:00')",
            [draft.raw_id],
        )
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
    assert {(p.booked_on, p.transaction.booked_at) for p in Posting.objects.select_related("transaction")} == {
        (date(2026, 3, 14), datetime(2026, 3, 14, 23, 30, tzinfo=UTC))
    }
    assert sealing.seal() == 1
