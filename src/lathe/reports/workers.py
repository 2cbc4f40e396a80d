"""Processes that prepare reports beside one another. Nothing here touches a table: a new process must start Django
first, and the tables cannot be imported before."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def pool(count: int) -> ProcessPoolExecutor:
    """So many processes, each with the shop opened, started afresh: a fork would share database connections."""
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    import django

    django.setup()
