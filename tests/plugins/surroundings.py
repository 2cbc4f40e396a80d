"""Give the test run a data folder, a secret and a database of its own, before Django reads its settings."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from tests.plugins import postgres

SETTINGS = "lathe.config.settings"
SECRET = "only-for-tests-" + "0" * 40


def arrange() -> None:
    """Point every `LATHE_*` setting at this run alone; its data folder goes when the process ends.

    Settings of the person who runs the tests are taken away, so that no test can reach a real shop.
    `LATHE_TEST_ENGINE=postgres` runs the database tests on PostgreSQL; otherwise they run on SQLite. Django reads its
    settings here: were their name left in the environment, pytest-django would read them in xdist's workers before
    a worker has its own data folder, and two workers would share one. Raises pytest.UsageError where it is there.
    """
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        raise pytest.UsageError("The tests choose Django's settings themselves; unset DJANGO_SETTINGS_MODULE.")
    for name in [name for name in os.environ if name.startswith("LATHE_") and not name.startswith("LATHE_TEST_")]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="lathe-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["LATHE_HOME"] = str(home)
    os.environ["LATHE_SECRET_KEY"] = SECRET
    # Tests turn the clock, which procrastinate reads from the database. Its own tests choose it.
    os.environ["LATHE_JOBS"] = "embedded"
    if engine() == "postgres" and (address := postgres.url()):
        os.environ["LATHE_DATABASE_URL"] = address
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    database = settings.DATABASES["default"]
    del os.environ["DJANGO_SETTINGS_MODULE"]
    if str(database["ENGINE"]).endswith("sqlite3"):
        database["TEST"] = {"NAME": str(home / "test.sqlite3")}


def engine() -> str:
    """The engine of this run: 'sqlite' or 'postgres'. Raises ValueError on any other name."""
    name = os.environ.get("LATHE_TEST_ENGINE") or "sqlite"
    if name not in {"sqlite", "postgres"}:
        raise ValueError(f"LATHE_TEST_ENGINE must be sqlite or postgres; it is {name!r}.")
    return name
