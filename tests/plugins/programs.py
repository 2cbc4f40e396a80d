"""Programs that tests run: which are known, where they are, and what to skip where they are not."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from tests.plugins import postgres, surroundings

TABLE = Path(__file__).resolve().parent.parent / "programs.txt"
_SERVER = frozenset({"initdb", "postgres"})


class UnknownProgramError(Exception):
    """A test names a program that tests/programs.txt does not list."""


@cache
def packages() -> dict[str, str]:
    """Program to Debian package, from tests/programs.txt."""
    lines = (line.split("#")[0].split() for line in TABLE.read_text(encoding="utf-8").splitlines())
    return dict(line for line in lines if line)


def path(name: str) -> Path | None:
    """Where the program is, or None. Raises UnknownProgramError."""
    if name not in packages():
        raise UnknownProgramError(f"{name} is not in tests/programs.txt; add it with its package.")
    if name in _SERVER:
        folder = postgres.server_programs()
        return folder / name if folder else None
    found = shutil.which(name)
    return Path(found) if found else None


def need(name: str) -> Path:
    """Where the program is; skips the running test where it is missing."""
    found = path(name)
    if found is None:
        pytest.skip(reason([name]))
    return found


def reason(names: list[str]) -> str:
    """The words of a skip for want of programs; `skips` reads them back."""
    return "needs the program " + ", ".join(names)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs are missing, and every test of a PostgreSQL run that has no server."""
    wanted = [str(name) for marker in item.iter_markers("needs_program") for name in marker.args]
    missing = [name for name in wanted if path(name) is None]
    if surroundings.engine() == "postgres" and postgres.url() is None:
        missing.append("postgres")
    if missing:
        pytest.skip(reason(missing))
