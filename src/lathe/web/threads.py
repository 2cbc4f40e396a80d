"""Between the event loop and a request's own thread, whose database connection is given back before anything lasts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")


def run(function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> Awaitable[R]:
    """Run a call that reads the database, before anything is sent: what is sent may take hours."""

    def call() -> R:
        try:
            return function(*arguments, **named)
        finally:
            give_back_connection()

    return sync_to_async(call)()


def wait_for(coroutine: Callable[[], Awaitable[R]]) -> R:
    """Wait in the request's thread for what the event loop does; no database connection is held meanwhile."""
    give_back_connection()
    return async_to_sync(coroutine)()


def give_back_connection() -> None:
    """Close this thread's database connection, unless a transaction is under way in it."""
    if not connection.in_atomic_block:
        connection.close()
