"""Guards put on, taken off and looked for. A database owner can take any trigger off; `missing` tells."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

from lathe.guards import postgresql, sqlite
from lathe.guards.described import Tables
from lathe.guards.errors import GuardError

_ENGINES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}


class Guards:
    """The guards of one room's tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Put every guard in place; does nothing where they are, or where the tables are not there yet."""
        if self._has_tables(connection) and self.missing(connection):
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                engine = _engine(connection)
                for statement in (*engine.taking_off(self.tables), *engine.putting_on(self.tables, cursor)):
                    cursor.execute(statement)

    def drop(self, connection: BaseDatabaseWrapper) -> None:
        """Take every guard off: for a migration that changes rows, or a test that empties tables."""
        if self._has_tables(connection):
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                for statement in _engine(connection).taking_off(self.tables):
                    cursor.execute(statement)

    def make_way(self, connection: BaseDatabaseWrapper) -> None:
        """Take off what stands in the way of a migration.

        SQLite changes a table by making it anew, which fails while a trigger names it. PostgreSQL keeps its guards, so
        that a shop that goes on selling is never without them.
        """
        if connection.vendor == "sqlite":
            self.drop(connection)

    def missing(self, connection: BaseDatabaseWrapper) -> list[str]:
        """Name the guards that are absent, altered or switched off; an empty list is the good answer."""
        if not self._has_tables(connection):
            return [f"the guarded tables of {self.tables.room}"]
        with connection.cursor() as cursor:
            found: list[str] = _engine(connection).missing(self.tables, cursor)
            return found

    def names(self, connection: BaseDatabaseWrapper) -> list[str]:
        """The triggers that guard the tables on this engine."""
        return list(_engine(connection).triggers(self.tables))

    def _has_tables(self, connection: BaseDatabaseWrapper) -> bool:
        return set(self.tables.keys) <= set(connection.introspection.table_names())


def keep(room: AppConfig, guards: Guards) -> None:
    """Have a room's guards come off before every migrate and go on after; for its AppConfig to call when ready."""

    def before(using: str, **_: Any) -> None:
        guards.make_way(connections[using])

    def after(using: str, **_: Any) -> None:
        guards.install(connections[using])

    pre_migrate.connect(before, sender=room, weak=False, dispatch_uid=f"{room.name}.guards_off")
    post_migrate.connect(after, sender=room, weak=False, dispatch_uid=f"{room.name}.guards_on")


def _engine(connection: BaseDatabaseWrapper) -> ModuleType:
    if connection.vendor not in _ENGINES:
        raise GuardError(f"There are no guards for {connection.vendor}; use SQLite or PostgreSQL.")
    return _ENGINES[connection.vendor]
