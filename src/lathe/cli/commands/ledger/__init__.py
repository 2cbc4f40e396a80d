"""lathe ledger: look after the books."""

from __future__ import annotations

import click

from lathe.cli.commands.ledger import booking, keeping, printing


@click.group("ledger")
def command() -> None:
    """Look after the books: check, close, export, and book what no page books.

    \b
    Examples:
      lathe ledger check
      lathe ledger close 2026-10
      lathe ledger export --beancount > books.beancount
    """


for one in (*keeping.COMMANDS, *printing.COMMANDS, *booking.COMMANDS):
    command.add_command(one)
