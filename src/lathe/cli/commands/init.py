"""lathe init: open an empty shop of one's own."""

from __future__ import annotations

from typing import Any

import click

from lathe.basics import territory
from lathe.basics.money import Money
from lathe.cli import output, shop
from lathe.cli.errors import CommandError
from lathe.cli.values import Read

CURRENCY = Read("currency", lambda text: Money.zero(text.strip().upper()).currency)
COUNTRY = Read("country", territory.check)


@click.command("init")
@click.option(
    "--name", prompt="What is the shop called", metavar="NAME", help="The shop's name, at most 80 characters."
)
@click.option("--seller", metavar="NAME", help="Who sells, as printed on receipts; default: the shop's name.")
@click.option("--email", prompt="Your e-mail address, as its operator", metavar="EMAIL", help="The first operator.")
@click.option("--country", prompt="The country it sells from", default="DE", type=COUNTRY, help="ISO 3166 code: DE.")
@click.option("--currency", prompt="Its currency", default="EUR", type=CURRENCY, help="ISO 4217 code: EUR.")
@click.option("--language", default="en", type=click.Choice(["en", "de"]), help="The language of its pages.")
@click.option("--theme", default="arcueil", type=click.Choice(["arcueil", "signal"]), help="How it looks.")
@click.option("--pricing", default="track", type=click.Choice(["track", "size"]), help="Price by track or by megabyte.")
@click.option(
    "--password", metavar="PASSWORD", help="The operator's password; without one, sign in with a code by mail."
)
def command(**given: Any) -> None:
    """Open an empty shop in the data folder.

    What is not given as an option is asked for. A shop that is there is left alone.

    \b
    Examples:
      lathe init
      lathe init --name "Corner Records" --email you@example.org --country DE --currency EUR
    """
    if not 0 < len(given["name"].strip()) <= 80:
        raise click.UsageError("The shop's name has 1 to 80 characters.")
    shop.load()
    with shop.alone():
        shop.migrate()
        _open(given)
    from django.conf import settings

    output.say(f"The shop {given['name'].strip()} is open in {settings.LATHE_HOME}.")
    output.say("Bring in music:  lathe import FOLDER --label NAME --grant FILE --price 0.99EUR")
    output.say("Let people in:   lathe serve")


def _open(given: dict[str, Any]) -> None:
    from django.conf import settings

    from lathe.cli import opening

    if opening.has_storefront():
        raise CommandError(f"There is a shop in {settings.LATHE_HOME} already. It is left as it is.")
    opening.open_shop(opening.Plan(**{name: value or "" for name, value in given.items()}))
