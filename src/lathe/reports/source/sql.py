"""The SQL that all sources share, for SQLite and PostgreSQL.

Every value is a parameter; what is put into the text is our own. A posting names its order line by a text; order lines
and the music have uids, which SQLite keeps as 32 hexadecimal digits and PostgreSQL as a type of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

BATCH = 2000
"""Rows fetched at a time."""

_UUID = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"


@dataclass(frozen=True)
class Account:
    """An account of a party in the books, with the ids of the tax accounts of its currency."""

    id: int
    party: UUID
    currency: str
    tax_ids: tuple[int, ...]


def of_line(alias: str = "p") -> str:
    """The uid of the order line that a posting names, as that table keeps it; NULL or nothing where it names none."""
    if connection.vendor == "postgresql":
        return f"CASE WHEN {alias}.line ~ {_UUID} THEN {alias}.line::uuid END"
    return f"replace({alias}.line, '-', '')"


def hexed(column: str) -> str:
    """A uid as 32 hexadecimal digits, empty for NULL."""
    if connection.vendor == "postgresql":
        return f"coalesce(replace({column}::text, '-', ''), '')"
    return f"coalesce({column}, '')"


def moment(value: datetime) -> Any:
    """A moment as the engine compares it."""
    return connection.ops.adapt_datetimefield_value(value)


def read_moment(value: Any) -> datetime:
    """A moment as the engine gave it, aware and in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def stream(text: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, fetched in batches from a cursor that the server keeps where it can."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(text, values)
        while batch := cursor.fetchmany(BATCH):
            yield from batch


def rows(text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The few rows of a query that adds up."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def run(text: str, values: Sequence[Any] = ()) -> None:
    """A statement that gives no rows."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
