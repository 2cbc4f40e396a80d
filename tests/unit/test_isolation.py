"""What tests/unit promises is kept: no network, no database."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.plugins.isolation import IsolationError


def test_a_connection_is_refused() -> None:
    with socket.socket() as caller, pytest.raises(IsolationError, match="opened a connection"):
        caller.connect(("127.0.0.1", 9))


def test_a_connection_of_an_event_loop_is_refused() -> None:
    async def reach() -> None:
        await asyncio.open_connection("127.0.0.1", 9)

    with pytest.raises(IsolationError, match="opened a connection"):
        asyncio.run(reach())


def test_a_connection_of_a_thread_of_the_test_is_refused() -> None:
    with ThreadPoolExecutor(1) as pool, socket.socket() as caller:
        refused = pool.submit(caller.connect, ("127.0.0.1", 9)).exception()
    assert isinstance(refused, IsolationError)


def test_looking_up_a_host_is_refused() -> None:
    with pytest.raises(IsolationError, match="looked up a host name"):
        socket.getaddrinfo("localhost", 80)


def test_a_database_file_is_refused() -> None:
    with pytest.raises(IsolationError, match="opened a database"):
        sqlite3.connect(":memory:")


def test_the_shops_database_is_refused() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()
