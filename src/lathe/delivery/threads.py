"""Database work asked for by an event loop that sends files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from lathe.delivery import cutting

P = ParamSpec("P")
R = TypeVar("R")


async def run(function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Run a call that reads the database in a thread, and give its connection back: a download lasts for hours."""

    def call() -> R:
        try:
            return function(*arguments, **named)
        finally:
            cutting.give_back_connection()

    return await asyncio.to_thread(call)
