"""Requests that follow each other use one database connection, and none that is broken."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import DatabaseError, close_old_connections, connection

from lathe.config.request_threads import THREADS, OneThread

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    THREADS.close()
    yield
    THREADS.close()


def asked(function: object) -> object:
    """Do something in a request's thread, as the handler has it done."""

    def made() -> object:
        close_old_connections()
        try:
            return function()  # type: ignore[operator]
        finally:
            close_old_connections()

    async def request() -> object:
        one = OneThread()
        try:
            async with ThreadSensitiveContext(executor=one):
                return await sync_to_async(made)()
        finally:
            one.shutdown(wait=True)

    return asyncio.run(request())


def used() -> tuple[int, object]:
    """The thread, and the connection that it reads with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return threading.get_ident(), connection.connection


def test_the_next_request_has_the_connection_of_the_last() -> None:
    assert asked(used) == asked(used)


def test_a_connection_on_which_something_failed_is_looked_at_before_it_is_used_again() -> None:
    def fail() -> None:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT nothing")

    asked(fail)
    assert asked(used)


@pytest.mark.engine("postgres")
def test_a_connection_that_the_server_ended_is_not_used_again() -> None:
    def process() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    first = asked(process)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
    assert asked(process) != first
