"""The rows of a transaction, written by plain SQL: a settlement waits for it, and the ORM would take most of the time.

The guards judge these rows as they judge any others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from lathe.ledger.entries import Entry
from lathe.ledger.models import Transaction

_LOOK = """
SELECT EXISTS (SELECT 1 FROM ledger_transaction WHERE "key" = %s), (SELECT max(last_day) FROM ledger_period)
"""
_POSTING = (
    "INSERT INTO ledger_posting (transaction_id, account_id, amount_micro, currency, line, position, booked_on) VALUES "
)
_TRANSACTION = (
    'INSERT INTO ledger_transaction (id, "key", digest, kind, subject, occurred_at, booked_at, recorded_at,'
    " rate, rate_source, rate_on) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_ROW = "(%s, %s, %s, %s, %s, %s, %s)"
AT_ONCE = 100
"""Rows to one statement: PostgreSQL takes 65535 values in one."""


def look(key: str) -> tuple[bool, date | None]:
    """Whether a transaction with this key is there, and until which day the periods are closed."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [key])
        is_there, closed_until = cursor.fetchone()
    return bool(is_there), date.fromisoformat(closed_until) if isinstance(closed_until, str) else closed_until


def account_ids(entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
    """The ids of those accounts of the entries that are open already, by code and currency."""
    codes = sorted({entry.account_code for entry in entries})
    marks = ", ".join("%s" for _ in codes)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, code, currency FROM ledger_account WHERE code IN ({marks})", codes)  # noqa: S608 - marks alone
        return {(code, currency): number for number, code, currency in cursor.fetchall()}


def insert(row: Transaction, entries: Sequence[Entry], ids: Mapping[tuple[str, str], int]) -> None:
    """Write the postings, then the transaction: its INSERT is the moment the database checks them."""
    operations = connection.ops
    own = row.id if connection.features.has_native_uuid_field else row.id.hex
    booked_on = operations.adapt_datefield_value(row.booked_at.astimezone(UTC).date())
    values = [
        (own, ids[e.account_code, e.currency], e.amount_micro, e.currency, e.line, place, booked_on)
        for place, e in enumerate(entries)
    ]
    moments = [
        operations.adapt_datetimefield_value(at.astimezone(UTC))
        for at in (row.occurred_at, row.booked_at, row.recorded_at)
    ]
    rate_on = operations.adapt_datefield_value(row.rate_on)
    with connection.cursor() as cursor:
        for start in range(0, len(values), AT_ONCE):
            _insert_postings(cursor, values[start : start + AT_ONCE])
        head = [own, row.key, row.digest, row.kind, row.subject]
        cursor.execute(_TRANSACTION, [*head, *moments, row.rate, row.rate_source, rate_on])
    row._state.adding, row._state.db = False, connection.alias


def _insert_postings(cursor: CursorWrapper, values: Sequence[tuple[Any, ...]]) -> None:
    cursor.execute(_POSTING + ", ".join(_ROW for _ in values), [cell for row in values for cell in row])
