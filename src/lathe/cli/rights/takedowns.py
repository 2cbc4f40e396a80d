"""lathe rights takedown: cases from the claim to its end."""

from __future__ import annotations

from typing import Any

import click

from lathe.cli import output, shop
from lathe.cli.errors import CommandError
from lathe.cli.values import NAME


@click.group("takedown")
def takedown() -> None:
    """Cases: somebody says that music is sold without right."""


@takedown.command("open")
@click.argument("upc")
@click.option("--track", default="", metavar="ISRC|N", help="One track: its ISRC, or its place as 2 or 1-2.")
@click.option("--claimant", type=NAME, required=True, metavar="NAME", help="Who claims.")
@click.option("--email", default="", metavar="ADDRESS", help="Where they are told what comes of it.")
@click.option("--claim", required=True, metavar="TEXT", help="What they claim.")
def open_(upc: str, track: str, claimant: str, email: str, claim: str) -> None:
    """Stop the sale of a release or track at once, and hold what is owed for it.

    \b
    Example:
      lathe rights takedown open 4006381333931 --claimant "Signal GmbH" --email legal@signal.example --claim "Ours"
    """
    shop.open_shop()
    from lathe.catalogue import queries as catalogue
    from lathe.rights import tables
    from lathe.rights.cases import Claim
    from lathe.sales import takedowns

    release = catalogue.find(upc)
    chosen = tables.track_of(release, track) if track else None
    case = takedowns.open_case(claim=Claim(release, chosen, claimant, email, claim))
    output.say(
        f"Case {case.number}: the sale of {chosen or release} is stopped. `lathe rights takedown show {case.number}`"
    )


@takedown.command("reinstate")
@click.argument("number", type=int)
@click.option("--note", required=True, metavar="TEXT", help="Why; it stands in the history.")
def reinstate(number: int, note: str) -> None:
    """The claim is unfounded: sell again, and owe what was held to the label.

    \b
    Example:
      lathe rights takedown reinstate 1 --note "Their contract ended in 2021"
    """
    shop.open_shop()
    from lathe.rights import cases
    from lathe.sales import takedowns

    takedowns.reinstate(case=cases.find(number), note=note)
    output.say(f"Case {number} is settled; the music is on sale again.")


@takedown.command("reassign")
@click.argument("number", type=int)
@click.option(
    "--to", "party", required=True, metavar="NAME", help="The party that has the right: name, short name or id."
)
@click.option("--note", default="", metavar="TEXT", help="Why; it stands in the history.")
def reassign(number: int, party: str, note: str) -> None:
    """Another party has the right: owe them what was held. The music stays off sale until their mandate is on record.

    \b
    Example:
      lathe rights takedown reassign 1 --to "Signal" --note "Settlement of 1 March"
    """
    shop.open_shop()
    from lathe.reports import statements
    from lathe.rights import cases
    from lathe.sales import takedowns

    case, to = cases.find(number), statements.party(party)
    takedowns.reassign(case=case, to=to, note=note)
    output.say(f"Case {number} is settled; what was held is owed to {to.name}.")
    output.say(f"Once their mandate and terms are on record: lathe rights lift {case.release.upc}")


@takedown.command("refund")
@click.argument("number", type=int)
@click.option("--by", "operator", required=True, metavar="EMAIL", help="The operator who refunds.")
@click.option("--note", required=True, metavar="TEXT", help="Why; buyers read it.")
def refund(number: int, operator: str, note: str) -> None:
    """The claim is right: refund every buyer. Broken off, it goes on where it was.

    \b
    Example:
      lathe rights takedown refund 1 --by clara@example.org --note "This was never the label's to sell"
    """
    shop.open_shop()
    from lathe.accounts import queries as people
    from lathe.rights import cases
    from lathe.sales import takedowns

    person = people.by_email(operator)
    if not person.is_operator:
        raise CommandError(f"{person.email} does not run this shop; `lathe operator` lets somebody.")
    count = takedowns.refund(case=cases.find(number), note=note, operator=person)
    output.say(f"Case {number} is settled; orders refunded: {count}.")


@takedown.command("end-downloads")
@click.argument("number", type=int)
@click.option("--court-order", required=True, metavar="TEXT", help="The court and the ruling.")
def end_downloads(number: int, court_order: str) -> None:
    """End the downloads of past buyers, as a court ordered. Without an order they keep what they bought.

    \b
    Example:
      lathe rights takedown end-downloads 1 --court-order "LG Hamburg 310 O 99/26"
    """
    shop.open_shop()
    from lathe.rights import cases
    from lathe.sales import takedowns

    count = takedowns.end_downloads(case=cases.find(number), court_order=court_order)
    output.say(f"{count} downloads were ended, by {court_order}.")


@takedown.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(as_json: bool) -> None:
    """List all cases, the latest first.

    \b
    Example:
      lathe rights takedown list
    """
    shop.open_shop()
    from lathe.rights import cases

    found = list(cases.every())
    if as_json:
        output.show_json([_plain(case) for case in found])
        return
    output.say(f"Cases: {len(found)}", bold=True)
    for case in found:
        what = case.track or case.release
        output.say(
            f"  {case.number}  {case.received_at:%Y-%m-%d}  {what}: {case.get_state_display()} ({case.claimant})"
        )


@takedown.command("show")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(number: int, as_json: bool) -> None:
    """Show a case with its whole history and what its escrow holds.

    \b
    Example:
      lathe rights takedown show 1
    """
    shop.open_shop()
    from lathe.rights import cases

    case = cases.find(number)
    if as_json:
        output.show_json({**_plain(case), "events": _events(case), "escrow": _escrow(case)})
        return
    output.say(f"Case {case.number}: {case.track or case.release} ({case.release.upc})", bold=True)
    output.say(f"{' '.join(filter(None, [case.claimant, case.claimant_email]))}: {case.claim}")
    for event in case.events.all():
        output.say(f"  {event.number}. {event.at:%Y-%m-%d %H:%M} UTC  {event.what}  {event.note}".rstrip())
    for currency, held in _escrow(case).items():
        output.say(f"In escrow: {held} {currency}")


def _escrow(case: Any) -> dict[str, str]:
    from lathe.basics.money import MICRO
    from lathe.sales import escrow

    return {code: f"{micro // MICRO}.{micro % MICRO:06d}" for code, micro in escrow.held(case).items()}


def _events(case: Any) -> list[dict[str, Any]]:
    return list(case.events.values("number", "at", "what", "note", "by_uid"))


def _plain(case: Any) -> dict[str, Any]:
    return {
        "number": case.number,
        "uid": case.uid,
        "release": case.release.title,
        "upc": case.release.upc,
        "track": case.track.title if case.track else None,
        "state": case.state,
        "claimant": case.claimant,
        "claim": case.claim,
        "received_at": case.received_at,
    }
