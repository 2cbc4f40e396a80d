"""What stands in the books from before: booked as it occurred, and waiting for its seal.

The guards refuse every change, so they are held off for this one. SQLite's are gone while it migrates. On PostgreSQL the
lock of ALTER TABLE keeps everybody else out until the guards are on again.
"""

from django.db import migrations

_TABLES = ("ledger_transaction", "ledger_posting")
_QUEUE = "INSERT INTO ledger_unsealed (transaction_id) SELECT id FROM ledger_transaction ORDER BY recorded_at, id"
_BOOKED_AT = "UPDATE ledger_transaction SET booked_at = occurred_at"
_DAY = {
    "sqlite": "substr(t.occurred_at, 1, 10)",
    "postgresql": "(t.occurred_at AT TIME ZONE 'UTC')::date",
}


def book(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    booked_on = (
        f"UPDATE ledger_posting SET booked_on = (SELECT {_DAY[vendor]} FROM ledger_transaction t"
        " WHERE t.id = ledger_posting.transaction_id)"
    )
    statements = [_BOOKED_AT, booked_on, _QUEUE]
    if vendor == "postgresql":
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in _TABLES]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in _TABLES]
        statements = [*off, *statements[:2], *on, _QUEUE]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ("ledger", "0002_periods_and_seals"),
    ]

    operations = [
        migrations.RunPython(book, migrations.RunPython.noop, elidable=True),
    ]
