"""lathe import: bring a folder of music into the shop."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.basics.territory import WORLDWIDE, TerritorySet
from lathe.cli import output, shop
from lathe.cli.values import DAY, NAME, PRICE, SHARE


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--label",
    type=NAME,
    metavar="NAME",
    default="",
    help="The label that delivers; before what files and sidecars say.",
)
@click.option(
    "--grant", type=click.Path(path_type=Path), metavar="FILE", help="The signed document that lets you sell."
)
@click.option(
    "--grant-territory", "territories", multiple=True, metavar="CODE", help="Where it holds; default Worldwide."
)
@click.option("--signed-by", type=NAME, default="", metavar="NAME", help="Who signed the grant; default: the label.")
@click.option("--signed-on", type=DAY, metavar="DATE", help="When it was signed; default: today.")
@click.option("--price", type=PRICE, metavar="AMOUNT", help="Price of one track, tax included: 0.99EUR.")
@click.option("--release-price", type=PRICE, metavar="AMOUNT", help="Price of a release; default: its tracks together.")
@click.option("--floor", type=PRICE, metavar="AMOUNT", help="The least a track may ever cost.")
@click.option(
    "--wholesale", type=PRICE, metavar="AMOUNT", help="What the label gets for a track at least, without tax."
)
@click.option("--share", type=SHARE, metavar="SHARE", help="The label's share of the price without tax; default 70%.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and no bars.")
@click.pass_context
def command(ctx: click.Context, /, path: Path, as_json: bool, **given: Any) -> None:
    """Bring a folder of FLAC into the shop.

    PATH is a folder at any depth, or one file. Every file is decoded whole and checked; each gets a verdict, and a bad
    one never keeps the others out. A file release.toml beside the music may say more than its tags. Import again as
    often as you like: what is there stays as it is, what a label corrected is corrected.

    Without a grant and a price the music is shown and not sold.

    \b
    Examples:
      lathe import ~/Music/Satie
      lathe import delivery --label "Arcueil" --grant mandate.pdf --price 0.99EUR

    Exit code: 0 everything is in, 1 something was refused.
    """
    options = _options(given)
    shop.open_shop()
    from lathe.ingest import actions

    with output.bars(quiet=as_json) as bars:
        watch = actions.Watch(bars.begin, bars.advance)
        report = actions.import_path(path=path, options=options, watch=watch)
    if as_json:
        output.show_json(report.to_dict())
    else:
        from lathe.cli import import_report

        import_report.show(report)
    ctx.exit(0 if report.all_in else 1)


def _options(given: dict[str, Any]) -> Any:
    from lathe.ingest.options import Options

    return Options(label=given["label"], grant=_grant(given), prices=_prices(given), share=given["share"])


def _prices(given: dict[str, Any]) -> Any:
    from lathe.ingest.options import Prices

    price: Money | None = given["price"]
    if price is not None:
        return Prices(price, given["release_price"], given["floor"], given["wholesale"])
    for name in ("release_price", "floor", "wholesale"):
        if given[name] is not None:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --price, the price of one track.")
    return None


def _grant(given: dict[str, Any]) -> Any:
    from lathe.ingest.notes import GrantTerms

    if given["grant"] is None:
        for name in ("territories", "signed_by", "signed_on"):
            if given[name]:
                raise click.UsageError(
                    "--grant-territory, --signed-by and --signed-on say more of a --grant FILE; name it."
                )
        return None
    if not given["label"]:
        raise click.UsageError("--grant needs --label NAME: the label that gives it.")
    signed_on: date | None = given["signed_on"]
    return GrantTerms(
        document=given["grant"],
        territories=TerritorySet.of(given["territories"] or (WORLDWIDE,)),
        signed_by=given["signed_by"],
        signed_on=signed_on or clock.today(),
        # Where nobody says when, it holds now, and west of Greenwich it may still be yesterday.
        starts_on=signed_on or clock.today() - timedelta(days=1),
        is_dated=signed_on is not None,
    )
