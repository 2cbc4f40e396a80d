"""Opens the shop behind a command: Django by the name of its settings, and a database that is ready."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from lathe.cli.errors import CommandError


def home() -> Path:
    """The data folder, for commands that must not make anything in it; the settings read it the same way."""
    return Path(os.environ.get("LATHE_HOME") or ".lathe").expanduser().resolve()


def load() -> None:
    """Start Django with the shop's settings; a second call does nothing. Raises SettingError on a bad variable."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lathe.config.settings")
    django.setup()


def open_shop() -> None:
    """Start Django and make sure that the database is there and up to date. Raises CommandError."""
    load()
    waiting = pending()
    if waiting is None:
        raise no_shop()
    if waiting:
        raise CommandError("The database is older than this version of Lathe. Back it up, then run `lathe upgrade`.")


def no_shop() -> CommandError:
    """What to say where the data folder, or the database that the settings name, holds none."""
    return CommandError(
        f"There is no shop in {settings.LATHE_HOME}. Make one with `lathe init`, or look at `lathe demo`."
    )


def pending() -> list[str] | None:
    """Migrations that are not applied yet; None where the database has no tables at all. Raises CommandError."""
    if connection.vendor == "sqlite" and not os.path.exists(connection.settings_dict["NAME"]):  # noqa: PTH110
        return None
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as failure:
        raise CommandError(
            f"The database cannot be reached: {failure}".strip() + ". Check LATHE_DATABASE_URL."
        ) from failure
    if not executor.loader.applied_migrations:
        return None
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time open, fill or upgrade the shop in this data folder; the next waits for it to end."""
    settings.LATHE_HOME.mkdir(parents=True, exist_ok=True)
    with (settings.LATHE_HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate() -> None:
    """Make the database, or bring it up to date, where it is not. Guards of the books go back on after."""
    if pending() != []:
        upgrade()


def upgrade() -> int:
    """Bring the database up to date and put the guards of the books on, whatever state they are in.

    Returns how many migrations were applied.
    """
    from django.core.management import call_command

    waiting = pending()
    call_command("migrate", verbosity=0, interactive=False)
    return 1 if waiting is None else len(waiting)
