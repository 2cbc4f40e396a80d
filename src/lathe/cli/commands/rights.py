"""lathe rights: terms, stop signs and cases, and why something was sold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click

from lathe.cli import output, shop
from lathe.cli.errors import CommandError
from lathe.cli.rights import check, deals, takedowns, why
from lathe.cli.values import Read


def _when(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


@click.group("rights")
def command() -> None:
    """Say what may be sold where, stop it, and show why it was sold. docs/rights.md explains all of it.

    \b
    Examples:
      lathe rights check 4006381333931 --territory FR
      lathe rights why K7QF-2M9D
      lathe rights verify
      lathe rights takedown open 4006381333931 --claimant "Signal GmbH" --claim "Ours since 2019"
    """


for part in (deals.deal, deals.import_deals, deals.rate, takedowns.takedown, check.check, why.why, why.verify):
    command.add_command(part)


@command.command("suspend")
@click.argument("upc")
@click.option("--track", default="", metavar="ISRC|N", help="One track: its ISRC, or its place as 2 or 1-2.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands on the operator's page.")
def suspend(upc: str, track: str, reason: str) -> None:
    """Put up a stop sign: the sale of a release or track is paused at once. For a claim see `takedown`.

    \b
    Example:
      lathe rights suspend 4006381333931 --reason "Wrong master delivered"
    """
    shop.open_shop()
    from lathe.catalogue import queries as catalogue
    from lathe.rights import actions, tables

    release = catalogue.find(upc)
    chosen = tables.track_of(release, track) if track else None
    actions.suspend(release=release, track=chosen, reason=reason)
    output.say(f"The sale of {chosen or release} is paused.")


@command.command("lift")
@click.argument("upc")
@click.option("--track", default="", metavar="ISRC|N", help="The stop signs of one track.")
def lift(upc: str, track: str) -> None:
    """Take down the stop signs on a release, or on one track. Those of an open case stay until it is settled.

    \b
    Example:
      lathe rights lift 4006381333931
    """
    shop.open_shop()
    from lathe.catalogue import queries as catalogue
    from lathe.rights import actions, tables

    release = catalogue.find(upc)
    chosen = tables.track_of(release, track) if track else None
    output.say(f"Stop signs taken down: {actions.lift(release=release, track=chosen)}.")


@command.command("embargo")
@click.argument("upc")
@click.option(
    "--until", type=Read("moment", _when), metavar="WHEN", help="A day, or a time; without a zone that of the shop."
)
@click.option("--lift", "is_lifted", is_flag=True, help="End it now.")
def embargo(upc: str, until: date | datetime | None, is_lifted: bool) -> None:
    """Let nothing of a release be shown or sold before a moment, whatever its deals say.

    A day begins at midnight where the first storefront is at home: a secret ends once, for the whole world.

    \b
    Examples:
      lathe rights embargo 4006381333931 --until 2026-12-24T18:00+01:00
      lathe rights embargo 4006381333931 --lift
    """
    if (until is None) != is_lifted:
        raise click.UsageError("Say --until WHEN, or --lift.")
    shop.open_shop()
    from lathe.catalogue import queries as catalogue
    from lathe.rights import actions

    release = catalogue.find(upc)
    moment = _instant(until) if until is not None else None
    actions.embargo(release=release, until=moment)
    shown = f"hidden until {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "under no embargo"
    output.say(f"{release.title} is {shown}.")


def _instant(when: date | datetime) -> datetime:
    from lathe.rights import zones
    from lathe.storefronts import queries as storefronts

    moment = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day)  # noqa: DTZ001 - below
    if moment.tzinfo is not None:
        return moment
    home = next(iter(storefronts.homes()), "")
    if not home:
        raise CommandError(
            "There is no storefront whose time would count; write the zone, as in 2026-12-24T18:00+01:00."
        )
    return moment.replace(tzinfo=ZoneInfo(zones.of(home)))
