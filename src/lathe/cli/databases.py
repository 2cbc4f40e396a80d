"""Copies of the database for backups, and the way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from lathe.cli import archive
from lathe.cli.errors import CommandError


def copy(folder: Path) -> Path:
    """Copy the shop's database into `folder` while the shop goes on; the copy is of one moment. Raises CommandError."""
    return _copy_sqlite(folder) if connection.vendor == "sqlite" else _dump_postgres(folder)


def _copy_sqlite(folder: Path) -> Path:
    target = folder / archive.SQLITE
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(target)) as copied:
        source.backup(copied)
        # One file is easier to carry than a file and its write-ahead log; the shop turns the log on again.
        copied.execute("PRAGMA journal_mode=DELETE")
    return target


def _dump_postgres(folder: Path) -> Path:
    program = _program("pg_dump")
    target = folder / archive.POSTGRES
    facts = connection.settings_dict
    address = {"PGHOST": facts["HOST"], "PGPORT": facts["PORT"], "PGUSER": facts["USER"], "PGDATABASE": facts["NAME"]}
    given = {name: str(value) for name, value in {**address, "PGPASSWORD": facts["PASSWORD"]}.items() if value}
    _run([program, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], given)
    return target


def restore_postgres(dump: Path, url: str) -> None:
    """Fill the empty database at `url` from a dump. Raises CommandError."""
    program = _program("pg_restore")
    facts = conninfo_to_dict(url)
    # In the environment, because everybody on the machine can read a command line.
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    given = {variable: str(facts[name]) for name, variable in names.items() if facts.get(name)}
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run([program, *options, f"--dbname={facts.get('dbname', '')}", str(dump)], given)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CommandError(f"{name} is not installed. On Debian: apt install postgresql-client.")
    return found


def _run(command: list[str], given: dict[str, str]) -> None:
    done = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CommandError(f"{Path(command[0]).name} failed: {last}")
