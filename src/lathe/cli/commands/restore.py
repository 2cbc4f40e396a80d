"""lathe restore: a shop from a backup."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from lathe.cli import archive, output, shop
from lathe.cli.errors import CommandError


@click.command("restore")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Set a data folder that is in use aside, and restore in its place.")
def command(source: Path, force: bool) -> None:
    """Restore a shop from FILE into an empty data folder.

    Every file is checked against the manifest first; a damaged backup restores nothing. With --force the data folder
    that is there is renamed, not deleted. End the shop before.

    \b
    Example:
      lathe --home /srv/shop restore /mnt/backups/shop-2026-10-01.tar
    """
    if not source.is_file():
        raise CommandError(f"There is no backup {source}. Check the spelling.")
    home = shop.home()
    if home.exists() and any(home.iterdir()) and not force:
        raise CommandError(f"{home} is not empty. Name an empty folder with --home, or add --force.")
    home.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".lathe-restore-", dir=home.parent) as folder, output.bars() as bars:
        unpacked = Path(folder) / "home"
        unpacked.mkdir(mode=0o700)
        manifest = archive.unpack(source, unpacked, lambda _name, share: bars.share(source.name, share))
        _restore_database(unpacked)
        aside = _take_place(unpacked, home)
    output.say(f"Restored {len(manifest['files'])} files of {manifest['made_at'][:10]} into {home}.")
    for name, place in manifest["elsewhere"].items():
        output.say(f"Not in it: the {name}. They are looked for in {place}: set LATHE_MASTERS_URL.")
    if os.environ.get("LATHE_MASTERS_URL", "").startswith("file:"):
        output.say(f"LATHE_MASTERS_URL names another folder: move masters, documents and covers from {home} there.")
    if aside:
        output.say(f"What was there before is in {aside}.")
    output.say("Look it over:  lathe upgrade && lathe doctor")


def _restore_database(unpacked: Path) -> None:
    """Put a PostgreSQL dump into its database; an SQLite file is in its place already. Raises CommandError."""
    url = os.environ.get("LATHE_DATABASE_URL", "")
    dump = unpacked / archive.POSTGRES
    if dump.exists() != bool(url):
        kinds = ("PostgreSQL", "unset") if dump.exists() else ("SQLite", "set")
        raise CommandError(f"This backup is of {kinds[0]}, and LATHE_DATABASE_URL is {kinds[1]}. Make them agree.")
    if dump.exists():
        from lathe.cli import databases

        databases.restore_postgres(dump, url)
        dump.unlink()


def _take_place(unpacked: Path, home: Path) -> Path | None:
    """Move the restored folder to its place; returns where the one before went, if there was one."""
    aside = None
    if home.exists() and any(home.iterdir()):
        aside = home.with_name(f"{home.name}.before-{time.strftime('%Y%m%d-%H%M%S')}")
        home.rename(aside)
    elif home.exists():
        home.rmdir()
    unpacked.rename(home)
    return aside
