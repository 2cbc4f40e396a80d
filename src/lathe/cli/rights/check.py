"""lathe rights check: whether something may be sold somewhere at a moment, and what is wanting."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from lathe.basics import clock
from lathe.cli import output, shop
from lathe.cli.rights.deals import COUNTRY

if TYPE_CHECKING:
    from lathe.rights.queries import Answer


@click.command("check")
@click.argument("upc")
@click.option("--track", default="", metavar="ISRC|N", help="One track alone: its ISRC, or its place as 2 or 1-2.")
@click.option("--territory", type=COUNTRY, required=True, metavar="CODE", help="Where the buyer is.")
@click.option(
    "--at", "when", default="", metavar="WHEN", help="A day, or a time; without a zone the buyer's. Default: now."
)
@click.option(
    "--storefront", default="", metavar="CODE", help="The storefront that is asked; default: none in particular."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def check(ctx: click.Context, /, upc: str, territory: str, as_json: bool, **given: str) -> None:
    """Say whether something may be sold by what is on record now; if not, what the buyer and the label read.

    \b
    Examples:
      lathe rights check 4006381333931 --territory FR
      lathe rights check 4006381333931 --track 2 --territory US --at 2026-12-24

    Exit code: 0 it may be sold, 1 it may not.
    """
    shop.open_shop()
    from lathe.catalogue import queries as catalogue
    from lathe.rights import queries, tables
    from lathe.rights.rules import No

    release = catalogue.find(upc)
    answers = queries.of_release(release, territory, _moment(given["when"], territory), given["storefront"])
    track = given["track"]
    answer = answers.tracks[tables.track_of(release, track).id] if track else answers.release
    if as_json:
        output.show_json(_plain(answer))
    elif isinstance(answer, No):
        output.say(f"Not for sale in {territory}.", bold=True)
        output.say(f"  The buyer reads: {answer.sentence}")
        for reason in answer.reasons:
            output.say(f"  For the label: {reason.for_label}")
    else:
        output.say(f"For sale in {territory}: by the deal {answer.deal.uid} and the grant {answer.grant.uid}.")
    ctx.exit(1 if isinstance(answer, No) else 0)


def _moment(when: str, territory: str) -> datetime:
    from lathe.rights import tables, zones

    if not when:
        return clock.now()
    given = tables.moment(when)
    moment = given if isinstance(given, datetime) else datetime.combine(given, datetime.min.time())
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zones.of(territory)))


def _plain(answer: Answer) -> dict[str, Any]:
    from lathe.rights.rules import No

    if isinstance(answer, No):
        reasons = [{"code": one.code, "label": one.for_label} for one in answer.reasons]
        day: date | None = answer.day
        return {"is_for_sale": False, "buyer": answer.sentence, "day": day, "reasons": reasons}
    return {"is_for_sale": True, "deal": answer.deal.uid, "grant": answer.grant.uid}
