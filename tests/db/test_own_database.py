"""A test may have a migrated database of its own, shared with processes it starts, and gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Thread

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from tests.plugins.databases import OwnDatabase

COUNT = """
import django
django.setup()
from django.contrib.sessions.models import Session
print(Session.objects.count())
"""


def keep(key: str) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())


def test_the_engine_is_the_one_of_this_run(db: None) -> None:
    wanted = "postgresql" if os.environ.get("LATHE_TEST_ENGINE") == "postgres" else "sqlite"
    assert connection.vendor == wanted


def test_a_process_sees_what_the_test_committed(own_database: OwnDatabase) -> None:
    keep("one")
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env=own_database.environ, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "1", done.stderr
    assert own_database.home == settings.LATHE_HOME


def test_a_thread_works_in_the_same_database(own_database: OwnDatabase) -> None:
    def work() -> None:
        keep("two")
        connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert Session.objects.count() == 1


def test_nothing_of_an_own_database_is_left_to_the_next_test(db: None) -> None:
    assert Session.objects.count() == 0
