"""A backup brings the whole shop back, and a damaged one brings nothing."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from lathe.catalogue.models import Master
from lathe.cli import archive, main
from lathe.ingest import actions
from lathe.objects import stores
from tests import paying, shops
from tests.db.ingest import music
from tests.plugins import objects
from tests.plugins.databases import OwnDatabase

pytestmark = pytest.mark.engine("sqlite")
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def backup(own_database: OwnDatabase, tmp_path: Path) -> Path:
    """A backup of a shop that has sold something."""
    shop = shops.opened()
    paying.paid(shops.placed(shop))
    actions.import_path(path=music.release(tmp_path / "music", titles=("One",)))
    (own_database.home / "secret-key").write_text("s" * 48, encoding="utf-8")
    (own_database.home / "renditions").mkdir()
    (own_database.home / "renditions" / "cut").write_bytes(b"can be made again")
    target = tmp_path / "shop.tar"
    assert main.run(["backup", str(target)]) == 0
    return target


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another data folder, to restore into."""
    monkeypatch.setenv("LATHE_HOME", str(tmp_path / "elsewhere"))
    return tmp_path / "elsewhere"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_shop_comes_back_whole(own_database: OwnDatabase, backup: Path, elsewhere: Path) -> None:
    assert main.run(["restore", str(backup)]) == 0
    master = Master.objects.get(size_bytes=stores.masters().size(Master.objects.latest("stored_at").object_key))
    assert (elsewhere / "masters" / master.object_key).read_bytes() == stores.masters().read(master.object_key)
    kept = {name for name in files(own_database.home) if name.startswith(("masters/", "covers/", "documents/"))}
    assert files(elsewhere) == kept | {"lathe.sqlite3", "secret-key"}
    with closing(sqlite3.connect(elsewhere / "lathe.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM sales_order").fetchone() == (1,)
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            copy.execute("UPDATE ledger_posting SET amount_micro = 1")


def test_a_backup_is_for_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert not [path for path in backup.parent.iterdir() if path.name.startswith(".")]


def test_a_backup_is_not_written_over_without_force(backup: Path, capsys: Captured) -> None:
    before = backup.read_bytes()
    assert main.run(["backup", str(backup)]) == main.FAILED
    assert backup.read_bytes() == before
    assert main.run(["backup", str(backup), "--force"]) == 0


def test_a_folder_in_use_is_set_aside_and_not_deleted(backup: Path, elsewhere: Path, capsys: Captured) -> None:
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("keep me", encoding="utf-8")
    assert main.run(["restore", str(backup)]) == main.FAILED
    assert "is not empty" in capsys.readouterr().err
    assert main.run(["restore", str(backup), "--force"]) == 0
    aside = next(elsewhere.parent.glob("elsewhere.before-*"))
    assert (aside / "precious").read_text(encoding="utf-8") == "keep me"


@pytest.mark.parametrize("start", ["lathe.sqlite3", "secret-key", "masters/", "covers/", archive.MANIFEST])
def test_one_changed_byte_restores_nothing(backup: Path, elsewhere: Path, start: str, capsys: Captured) -> None:
    with tarfile.open(backup) as tar:
        member = next(info for info in tar if info.name.startswith(start))
    data = bytearray(backup.read_bytes())
    data[member.offset_data + member.size // 2] ^= 0xFF
    backup.write_bytes(data)
    assert main.run(["restore", str(backup)]) == main.FAILED
    assert not elsewhere.exists()
    assert not list(elsewhere.parent.glob(".lathe-restore-*"))


def test_a_backup_that_breaks_off_restores_nothing(backup: Path, elsewhere: Path, capsys: Captured) -> None:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    assert main.run(["restore", str(backup)]) == main.FAILED
    assert not elsewhere.exists()


def tampered(path: Path, info: tarfile.TarInfo, content: bytes = b"") -> Path:
    """A backup that holds one thing more."""
    with tarfile.open(path, "w") as tar:
        tar.addfile(info, io.BytesIO(content))
        manifest = json.dumps({"format": archive.FORMAT, "made_at": "2026-10-01", "files": {}}).encode()
        last = tarfile.TarInfo(archive.MANIFEST)
        last.size = len(manifest)
        tar.addfile(last, io.BytesIO(manifest))
    return path


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "masters/../../evil", "masters/A", "evil.py", "static/x"])
def test_a_member_that_no_backup_holds_is_refused(tmp_path: Path, elsewhere: Path, name: str, capsys: Captured) -> None:
    assert main.run(["restore", str(tampered(tmp_path / "bad.tar", tarfile.TarInfo(name)))]) == main.FAILED
    assert "which no backup holds" in capsys.readouterr().err
    assert not elsewhere.exists()


def test_a_link_in_a_backup_is_refused(tmp_path: Path, elsewhere: Path, capsys: Captured) -> None:
    link = tarfile.TarInfo("masters/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    assert main.run(["restore", str(tampered(tmp_path / "bad.tar", link))]) == main.FAILED
    assert not elsewhere.exists()


def test_a_file_that_the_manifest_does_not_know_is_refused(tmp_path: Path, elsewhere: Path, capsys: Captured) -> None:
    extra = tarfile.TarInfo("masters/00/extra.flac")
    extra.size = 5
    assert main.run(["restore", str(tampered(tmp_path / "bad.tar", extra, b"extra"))]) == main.FAILED
    assert "differs from the manifest" in capsys.readouterr().err


@pytest.mark.parametrize("manifest", [b"[]", b'{"format": 1, "files": {}, "elsewhere": []}', b"{"])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, elsewhere: Path, manifest: bytes, capsys: Captured) -> None:
    info = tarfile.TarInfo(archive.MANIFEST)
    info.size = len(manifest)
    with tarfile.open(tmp_path / "bad.tar", "w") as tar:
        tar.addfile(info, io.BytesIO(manifest))
    assert main.run(["restore", str(tmp_path / "bad.tar")]) == main.FAILED
    assert "manifest cannot be read" in capsys.readouterr().err
    assert not elsewhere.exists()


def test_a_backup_of_the_other_engine_is_refused(
    backup: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("LATHE_DATABASE_URL", "postgresql://shop@127.0.0.1/shop")
    assert main.run(["restore", str(backup)]) == main.FAILED
    assert "This backup is of SQLite" in capsys.readouterr().err
    assert not elsewhere.exists()
    assert connection.vendor == "sqlite"


def test_a_backup_does_not_take_the_place_of_a_device(tmp_path: Path, capsys: Captured) -> None:
    target = tmp_path / "pipe"
    os.mkfifo(target)
    assert main.run(["backup", str(target), "--force"]) == main.FAILED
    assert target.is_fifo()
    assert "no ordinary file" in capsys.readouterr().err


def test_masters_in_s3_stay_there_and_both_ends_say_so(
    own_database: OwnDatabase, tmp_path: Path, settings: LazySettings, moto_url: str, elsewhere: Path, capsys: Captured
) -> None:
    shops.opened()
    settings.LATHE_MASTERS_URL = objects.url_of(objects.bucket(moto_url))
    stores.masters().put_new("ab/x.flac", b"a master")
    target = tmp_path / "shop.tar"
    assert main.run(["backup", str(target)]) == 0
    place = stores.masters().place
    assert f"Not in it: the masters. They stay in {place}" in capsys.readouterr().out
    with tarfile.open(target) as tar:
        assert tar.getnames() == ["lathe.sqlite3", archive.MANIFEST]
    assert main.run(["restore", str(target)]) == 0
    assert f"looked for in {place}" in capsys.readouterr().out
    assert files(elsewhere) == {"lathe.sqlite3"}
    assert stores.masters().read("ab/x.flac") == b"a master"


def test_masters_in_another_folder_and_none_that_is_half_are_in_the_backup(
    own_database: OwnDatabase, tmp_path: Path, settings: LazySettings
) -> None:
    shops.opened()
    settings.LATHE_MASTERS_URL = f"file://{tmp_path}/music"
    stores.masters().put_new("ab/x.flac", b"a master")
    (tmp_path / "music" / "masters" / ".aside-1").write_bytes(b"half")
    target = tmp_path / "shop.tar"
    assert main.run(["backup", str(target)]) == 0
    with tarfile.open(target) as tar:
        assert tar.getnames() == ["lathe.sqlite3", "masters/ab/x.flac", archive.MANIFEST]
