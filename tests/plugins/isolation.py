"""Keep tests/unit to what it says: no database and no network. And keep every test to the engine it is for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase

from tests.plugins import surroundings

UNIT = Path(__file__).resolve().parent.parent / "unit"
_DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "live_server", "own_database"})
_FORBIDDEN = {
    "socket.connect": "opened a connection",
    "socket.bind": "listened on a socket",
    "socket.getaddrinfo": "looked up a host name",
    "socket.sendto": "sent a packet",
    "sqlite3.connect": "opened a database",
}


class IsolationError(Exception):
    """A test in tests/unit that reached for the network or a database; it belongs in another folder."""


class _Guard:
    """Watches the process while it is on. `strangers` are threads an earlier test left; a unit test is not to blame."""

    def __init__(self) -> None:
        self.is_on = False
        self.strangers: frozenset[threading.Thread] = frozenset()

    def watch(self, event: str, _arguments: tuple[Any, ...]) -> None:
        if self.is_on and event in _FORBIDDEN and threading.current_thread() not in self.strangers:
            raise IsolationError(f"A test in tests/unit {_FORBIDDEN[event]}; move it to tests/db or tests/journeys.")


_guard = _Guard()
sys.addaudithook(_guard.watch)


def is_unit(item: pytest.Item) -> bool:
    """Whether the test lies under tests/unit."""
    return UNIT in item.path.parents


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Guard a unit test from its set-up to its tear-down."""
    _guard.strangers = frozenset(threading.enumerate()) - {threading.current_thread()}
    _guard.is_on = is_unit(item)
    try:
        return (yield)
    finally:
        _guard.is_on = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse database tests among the unit tests; leave out tests for the other engine."""
    for item in items:
        if is_unit(item) and _wants_database(item):
            raise pytest.UsageError(f"{item.nodeid} uses a database; tests/unit has none. Move it to tests/db.")
    other = [item for item in items if not _fits_engine(item)]
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if _fits_engine(item)]


def _wants_database(item: pytest.Item) -> bool:
    owner = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or bool(_DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())))
        or (isinstance(owner, type) and issubclass(owner, TransactionTestCase))
    )


def _fits_engine(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("engine")
    return marker is None or surroundings.engine() in marker.args
