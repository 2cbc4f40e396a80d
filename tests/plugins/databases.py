"""Databases for tests that commit, kill or run processes: a fresh copy each, since the ledger refuses to be emptied."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from tests.plugins import surroundings


@dataclass(frozen=True)
class OwnDatabase:
    """A migrated, empty database of one test, with the data folder that belongs to it.

    `environ` holds what a process started by the test needs to work in the same shop.
    """

    home: Path
    environ: dict[str, str]


DATABASES = {"own_database", "django_db_setup", "db", "transactional_db"}
"""Fixtures of tests that use a database."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what uses no database: it ran on SQLite already, and would do the same."""
    if surroundings.engine() != "postgres":
        return
    others = [item for item in items if not _uses_a_database(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _uses_a_database(item)]


def _uses_a_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not DATABASES.isdisjoint(fixtures)


@pytest.fixture(scope="session")
def migrated_template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The migrated test database; pytest-django makes none where no test of the run is marked `django_db`."""
    with django_db_blocker.unblock():
        made = None
        if not connection.settings_dict["NAME"] or "django_migrations" not in _tables():
            made = setup_databases(verbosity=0, interactive=False)
        connections.close_all()
    yield
    if made is not None:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


def _tables() -> list[str]:
    try:
        return connection.introspection.table_names()
    except DatabaseError:
        return []


@pytest.fixture
def own_database(
    tmp_path: Path, settings: LazySettings, migrated_template: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    """Let Django work in a database of this test's own: real transactions, threads, processes; dropped afterwards."""
    home = tmp_path / "home"
    home.mkdir()
    settings.LATHE_HOME = home
    copy = _PostgresCopy() if connection.vendor == "postgresql" else _SqliteCopy(home / "lathe.sqlite3")
    template = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connections.close_all()
        copy.make(str(template))
        connection.settings_dict["NAME"] = copy.name
        try:
            yield OwnDatabase(home, _environ(home, copy.address()))
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = template
            copy.drop()


class _SqliteCopy:
    """A copy of the migrated test database where a shop in that data folder keeps its own."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)

    def make(self, template: str) -> None:
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(self.name)) as target:
            source.backup(target)

    def address(self) -> str:
        return ""

    def drop(self) -> None:
        Path(self.name).unlink()


class _PostgresCopy:
    """A database made from the migrated test database as its template."""

    def __init__(self) -> None:
        self.name = f"{connection.settings_dict['NAME']}_{secrets.token_hex(4)}"

    def make(self, template: str) -> None:
        self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{template}"')

    def address(self) -> str:
        given = connection.settings_dict
        name, password = quote(str(given["USER"])), quote(str(given["PASSWORD"]), safe="")
        return f"postgresql://{name}:{password}@{given['HOST']}:{given['PORT'] or 5432}/{self.name}"

    def drop(self) -> None:
        self._run(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def _run(self, sql: str) -> None:
        with connection.creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(sql)


def _environ(home: Path, address: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "LATHE_DATABASE_URL"}
    ours = {
        "LATHE_HOME": str(home),
        "LATHE_SECRET_KEY": surroundings.SECRET,
        "DJANGO_SETTINGS_MODULE": surroundings.SETTINGS,
    }
    return kept | ours | ({"LATHE_DATABASE_URL": address} if address else {})
