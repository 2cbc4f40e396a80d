"""The table of job engines: a new one is a file here with an `engine`, and a line below."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

from lathe.jobs.engines.base import Engine

ENGINES = {
    "embedded": "lathe.jobs.engines.embedded",
    "procrastinate": "lathe.jobs.engines.procrastinate",
}
"""Name to module. A module is loaded when its engine is used."""


def current() -> Engine:
    """The engine that this shop is set to use."""
    return named(settings.LATHE_JOBS)


def named(name: str) -> Engine:
    """An engine by its name in the table."""
    engine: Engine = import_module(ENGINES[name]).engine
    return engine
