"""A backup of a shop on PostgreSQL: its dump goes into an empty database and the books come out guarded."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lathe.catalogue.models import Release
from lathe.cli import main
from lathe.ingest import actions
from tests import paying, shops
from tests.db.ingest import music
from tests.plugins.databases import OwnDatabase

pytestmark = pytest.mark.engine("postgres")


@pytest.fixture
def empty(postgres_url: str) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if shutil.which("pg_dump") is None:
        pytest.skip("needs the program pg_dump")
    name = f"restored_{secrets.token_hex(4)}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield postgres_url.rpartition("/")[0] + f"/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_a_shop_on_postgresql_comes_back_with_its_guards(
    own_database: OwnDatabase, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paying.paid(shops.placed(shops.opened()))
    actions.import_path(path=music.release(tmp_path / "music", titles=("One",), album="Gnossiennes"))
    assert main.run(["backup", str(tmp_path / "shop.tar")]) == 0
    monkeypatch.setenv("LATHE_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("LATHE_DATABASE_URL", empty)
    assert main.run(["restore", str(tmp_path / "shop.tar")]) == 0
    assert not (tmp_path / "elsewhere" / "database.pgdump").exists()
    with psycopg.connect(empty) as restored:
        assert restored.execute("SELECT count(*) FROM catalogue_release").fetchone() == (Release.objects.count(),)
        with pytest.raises(psycopg.errors.IntegrityError, match="never changed"):
            restored.execute("UPDATE ledger_posting SET amount_micro = 1")
