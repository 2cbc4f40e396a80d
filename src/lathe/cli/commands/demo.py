"""lathe demo: a shop to look around in."""

from __future__ import annotations

from pathlib import Path

import click

from lathe.cli import output, serving, shop
from lathe.cli.demo import source


@click.command("demo")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on. Loopback alone is safe."
)
@click.option("--no-serve", is_flag=True, help="Load the demo and stop there.")
@click.option(
    "--from", "folder", type=click.Path(path_type=Path), metavar="DIR", help="The folder with the demo's music."
)
def command(port: int, host: str, no_serve: bool, folder: Path | None) -> None:
    """Load the demo shop into the data folder and serve it.

    Four releases in the public domain, two labels, three accounts, three months of sales. No money moves. Running it
    again changes nothing that is there; delete the data folder to begin anew.

    \b
    Examples:
      lathe demo
      lathe --home /tmp/demo demo --port 9000
    """
    music = source.find(folder)
    with serving.bound(host, port) as place:
        serving.announce(place)
        shop.load()
        with shop.alone():
            shop.migrate()
            _fill(music)
        _introduce(None if no_serve else place.address)
        if not no_serve:
            serving.serve(place)


def _fill(folder: Path) -> None:
    from lathe.cli.demo import closing, history, load
    from lathe.ingest.actions import Watch

    with output.bars() as bars:
        load.music(folder, Watch(bars.begin, bars.advance))
    with output.bars() as bars:
        load.past(bars.counter("Three months of sales", history.length()))
    with output.bars() as bars:
        closing.past_months(bars.counter("Months settled, closed and reported", closing.open_months()))


def _introduce(address: str | None) -> None:
    from django.urls import reverse

    from lathe.cli.demo import people

    output.say("The demo shop is ready. Test cards pay, and no money moves.")
    for account in people.ACCOUNTS:
        output.say(f"  {account.email:22} {account.sentence}")
    if address is None:
        output.say(f"  Their password is {people.PASSWORD}. Let people in with: lathe serve")
        return
    output.say(f"  Their password is {people.PASSWORD}; sign in at {address}{reverse('account_login')}")
    output.say(f"Shop: {address}/", bold=True)
