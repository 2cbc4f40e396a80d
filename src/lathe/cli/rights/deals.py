"""lathe rights deal, import-deals and rate: terms by hand and from a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.basics.territory import check
from lathe.cli import output, shop
from lathe.cli.errors import CommandError
from lathe.cli.values import DAY, PRICE, Read

UID = Read("id", UUID)
COUNTRY = Read("country", check)


@click.group("deal")
def deal() -> None:
    """Add, list and take back the terms of a release."""


@deal.command("add")
@click.argument("upc")
@click.option(
    "--track", default="", metavar="ISRC|N", help="For one track sold alone: its ISRC, or its place as 2 or 1-2."
)
@click.option("--price", default="", metavar="AMOUNT", help="Retail price, tax included: 9.99EUR.")
@click.option("--floor", default="", metavar="AMOUNT", help="The least it may ever cost.")
@click.option("--wholesale", default="", metavar="AMOUNT", help="What the label gets at least, without tax.")
@click.option("--price-code", default="", metavar="CODE", help="Instead of prices: a code of the rate card.")
@click.option("--in", "inside", multiple=True, metavar="CODE", help="A territory it holds in; default: Worldwide.")
@click.option("--out", "outside", multiple=True, metavar="CODE", help="A territory it does not hold in.")
@click.option(
    "--starts", default="", metavar="WHEN", help="A day, or a time; without a zone the buyer's own. Default: today."
)
@click.option("--ends", default="", metavar="WHEN", help="The last day, or the last moment. Default: never.")
@click.option("--pre-order-from", default="", metavar="DAY", help="The day from which the coming sale is announced.")
@click.option("--storefront", "fronts", multiple=True, metavar="CODE", help="Limit it to this storefront.")
def add(upc: str, inside: tuple[str, ...], outside: tuple[str, ...], fronts: tuple[str, ...], **given: str) -> None:
    """Add terms to a release, beside those that stand. UPC is its barcode or its short name.

    \b
    Examples:
      lathe rights deal add 4006381333931 --price 9.99EUR --in 2123 --out FR
      lathe rights deal add 4006381333931 --track DEXX12400001 --price-code MID --starts 2026-12-01T18:00+01:00
    """
    shop.open_shop()
    from lathe.rights import actions, tables

    starts = given.pop("starts") or clock.today().isoformat()
    lists = {"territories_in": " ".join(inside), "territories_out": " ".join(outside), "storefronts": " ".join(fronts)}
    release, facts = tables.read({"upc": upc, "starts": starts, **given, **lists})
    for made in actions.add_deal(release=release, deal=facts):
        output.say(f"{release.title} has the deal {made.uid} now.")


@deal.command("list")
@click.argument("upc")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(upc: str, as_json: bool) -> None:
    """List the deals of a release, those that were replaced too.

    \b
    Example:
      lathe rights deal list 4006381333931
    """
    shop.open_shop()
    from lathe.catalogue import queries as catalogue
    from lathe.rights import queries

    release = catalogue.find(upc)
    deals = queries.on_record(release).deals
    if as_json:
        output.show_json([_plain(one) for one in deals])
        return
    output.say(f"{release.title}: {len(deals)} deals", bold=True)
    for one in deals:
        output.say(f"  {_line(one)}")


@deal.command("end")
@click.argument("uid", type=UID)
def end(uid: UUID) -> None:
    """Take a deal back, by its id. What was sold under it names it still.

    \b
    Example:
      lathe rights deal end 6f1c2f0e-6d52-4a55-9a1e-2a6f0b1d7c11
    """
    shop.open_shop()
    from lathe.rights import actions
    from lathe.rights.models import Deal

    found = Deal.objects.select_related("release").filter(uid=uid).first()
    if found is None:
        raise CommandError(f"There is no deal {uid}. `lathe rights deal list UPC` lists those of a release.")
    actions.end_deal(deal=found)
    output.say(f"The deal {uid} of {found.release.title} was taken back.")


@click.command("import-deals")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def import_deals(ctx: click.Context, /, file: Path, as_json: bool) -> None:
    """Take the terms of many releases from a CSV file, whose columns docs/rights.md explains.

    The rows of a release replace all its deals. Where one is wrong nothing is imported, and every wrong row is named.

    \b
    Example:
      lathe rights import-deals deals.csv

    Exit code: 0 imported, 1 something was refused.
    """
    shop.open_shop()
    from lathe.rights import tables
    from lathe.rights.errors import DealsRefused

    try:
        done = tables.import_deals(text=_text(file, tables.LARGEST_FILE))
    except DealsRefused as refused:
        if as_json:
            output.show_json({"imported": 0, "problems": refused.problems})
        else:
            output.warn(f"Nothing was imported; {len(refused.problems)} to put right in {file.name}:")
            for problem in refused.problems:
                output.warn(f"  {problem}")
        ctx.exit(1)
    if as_json:
        output.show_json({"imported": done.rows, "changed": done.changed, "unchanged": done.unchanged, "problems": []})
    else:
        output.say(
            f"{done.rows} deals imported: {done.changed} releases have other terms now, {done.unchanged} the same."
        )


def _text(file: Path, limit: int) -> str:
    if file.stat().st_size > limit:
        raise CommandError(f"{file.name} is larger than {limit // 1_000_000} MB. Divide it.")
    try:
        return file.read_text(encoding="utf-8", errors="strict")
    except UnicodeDecodeError:
        raise CommandError(f"{file.name} is not UTF-8 text. Save the table as CSV in UTF-8.") from None


@click.group("rate")
def rate() -> None:
    """The rate card: what price codes come to."""


@rate.command("add")
@click.argument("code")
@click.argument("price", type=PRICE)
@click.option("--wholesale", type=PRICE, metavar="AMOUNT", help="The PPD, without tax.")
@click.option("--floor", type=PRICE, metavar="AMOUNT", help="The least it may ever cost.")
@click.option("--type", "price_type", default="", metavar="TYPE", help="The price type the code belongs to.")
@click.option("--for", "scope", type=click.Choice(["release", "track"]), default=None, help="For these alone.")
@click.option("--territory", type=COUNTRY, default="", metavar="CODE", help="For this country; default: all others.")
@click.option("--starts", type=DAY, metavar="DAY", help="From this day on; default: today.")
def add_rate(code: str, price: Money, scope: str | None, starts: date | None, **given: Any) -> None:
    """Add a line to the rate card. CODE is the label's price code, or - for deals that name none.

    \b
    Examples:
      lathe rights rate add MID 9.99EUR --wholesale 6.50EUR
      lathe rights rate add - 0.99EUR --for track --territory DE
    """
    shop.open_shop()
    from lathe.rights import actions
    from lathe.rights.actions import RateFacts

    name = "" if code == "-" else code
    facts = RateFacts(code=name, price=price, starts_on=starts or clock.today(), scope=scope or "", **given)
    actions.record_rate(facts=facts)
    output.say(f"{name or 'A deal without a code'} comes to {price.show()} from {facts.starts_on} on.")


@rate.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_rates(as_json: bool) -> None:
    """List the lines of the rate card.

    \b
    Example:
      lathe rights rate list
    """
    shop.open_shop()
    from lathe.rights.models import Rate

    names = ("code", "price_type", "scope", "territory", "currency", "price_minor", "wholesale_minor", "starts_on")
    rows = list(Rate.objects.order_by("code", "territory", "starts_on", "id").values(*names))
    if as_json:
        output.show_json(rows)
        return
    output.say(f"{len(rows)} lines", bold=True)
    for row in rows:
        price = Money(row["price_minor"], row["currency"]).show()
        what = " ".join(
            part for part in (row["code"] or "-", row["price_type"], row["scope"], row["territory"]) if part
        )
        output.say(f"  {what}: {price} from {row['starts_on']}")


def _line(deal: Any) -> str:
    what = deal.track.title if deal.track else "the whole release"
    price = deal.price.show() if deal.price_minor is not None else f"by the rate card ({deal.price_code or 'no code'})"
    end = f" to {deal.ends_at or deal.ends_on}" if deal.ends_on else " on"
    gone = f", replaced {deal.replaced_at:%Y-%m-%d}" if deal.replaced_at else ""
    return f"{deal.uid}  {what}: {price}, {deal.territories}, from {deal.starts_at or deal.starts_on}{end}{gone}"


def _plain(deal: Any) -> dict[str, Any]:
    names = (
        *("uid", "model", "use", "territories_in", "territories_out", "starts_on", "ends_on", "starts_at", "ends_at"),
        *("pre_order_from", "instant_tracks", "storefronts", "currency", "price_minor", "floor_minor"),
        *("wholesale_minor", "price_code", "price_type", "recorded_at", "replaced_at"),
    )
    return {"track": deal.track.title if deal.track else None, **{name: getattr(deal, name) for name in names}}
