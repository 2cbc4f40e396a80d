"""lathe upgrade: bring the database up to this version."""

from __future__ import annotations

import click

from lathe.cli import output, shop


@click.command("upgrade")
def command() -> None:
    """Bring the database up to this version of Lathe.

    Stop the shop and make a backup first. It also puts the guards of the books back on where they are missing.

    \b
    Example:
      lathe backup before-upgrade.tar && lathe upgrade
    """
    shop.load()
    if shop.pending() is None:
        raise shop.no_shop()
    with shop.alone():
        applied = shop.upgrade()
    output.say("The database is up to date now." if applied else "The database was up to date.")
