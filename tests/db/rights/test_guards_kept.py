"""The guards over time: through migrations, when somebody takes them off, and where a table is made anew."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from lathe.rights import sealing
from lathe.rights.guards import guards
from lathe.rights.models import Decision
from tests import shops
from tests.plugins.databases import OwnDatabase


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_guards_hold_after_a_later_migration_and_are_named_when_they_are_gone(own_database: OwnDatabase) -> None:
    shops.placed(shops.opened())
    sealing.seal()
    assert guards.missing(connection) == []
    call_command("migrate", "rights", "0003", fake=True, verbosity=0)
    call_command("migrate", "rights", fake=True, verbosity=0)
    assert guards.missing(connection) == []
    with pytest.raises(IntegrityError, match="never removed|never changed or removed"):
        run("DELETE FROM rights_decision")
    is_sqlite = connection.vendor == "sqlite"
    name = "rights_decision_update" if is_sqlite else "rights_decision_change"
    run(f"DROP TRIGGER {name}" + ("" if is_sqlite else " ON rights_decision"))
    assert guards.missing(connection) == [name]
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.engine("sqlite")
def test_a_table_can_be_made_anew_by_a_migration(own_database: OwnDatabase) -> None:
    shops.placed(shops.opened())
    guards.make_way(connection)
    with connection.schema_editor() as editor:
        editor._remake_table(Decision)  # type: ignore[attr-defined]
    guards.install(connection)
    assert guards.missing(connection) == []
    assert Decision.objects.count() == 1


@pytest.mark.engine("postgres")
def test_postgresql_refuses_to_empty_and_to_upsert_what_was_decided(own_database: OwnDatabase) -> None:
    shops.placed(shops.opened())
    sealing.seal()
    upsert = "INSERT INTO rights_decision SELECT * FROM rights_decision ON CONFLICT (id) DO UPDATE SET territory = 'US'"
    for sql in (*(f"TRUNCATE {table} CASCADE" for table in guards.tables.keys), upsert):
        with pytest.raises(IntegrityError, match="rights: rows are never changed or removed"):
            run(sql)
    assert sealing.verify().sealed == 1


@pytest.mark.engine("postgres")
def test_postgresql_names_a_guard_that_is_switched_off(own_database: OwnDatabase) -> None:
    run("ALTER TABLE rights_seal DISABLE TRIGGER rights_seal_change")
    assert guards.missing(connection) == ["rights_seal_change"]
    guards.install(connection)
    assert guards.missing(connection) == []
