"""lathe backup: everything that cannot be made again, in one file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from lathe.cli import archive, output, shop, targets


@click.command("backup")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over FILE where it is there.")
def command(target: Path, force: bool) -> None:
    """Write database, masters, documents and covers into one tar, with a manifest of SHA-256.

    The shop may go on selling meanwhile. Cut files are left out: they can be made again. Masters, documents and covers
    that lie in S3 stay there and are not in the file: protect them by what the store offers, versions or a copy. The
    file holds customers' data and the shop's secret key, so keep it where nobody else can read it.

    \b
    Example:
      lathe backup /mnt/backups/shop-2026-10-01.tar
    """
    targets.check(target, force=force)
    shop.open_shop()
    from django.conf import settings

    from lathe.cli import databases
    from lathe.objects import stores

    with TemporaryDirectory(prefix=".lathe-backup-", dir=settings.LATHE_HOME) as folder, output.bars() as bars:
        named = {"masters": stores.masters(), "documents": stores.documents(), "covers": stores.covers()}
        contents = archive.contents(settings.LATHE_HOME, databases.copy(Path(folder)), named)
        size = archive.pack(target, contents, lambda _name, share: bars.share(target.name, share))
    count = len(contents.members)
    output.say(f"{target}: {count} files, {output.size(size)}. Try it now and then: lathe --home DIR restore {target}")
    for name, place in contents.elsewhere.items():
        output.say(f"Not in it: the {name}. They stay in {place}; protect them there.")
