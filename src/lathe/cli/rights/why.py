"""lathe rights why and verify: the decisions behind sales, and the proof that nobody changed them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lathe.cli import output, shop
from lathe.cli.errors import CommandError
from lathe.cli.rights.deals import COUNTRY
from lathe.cli.values import DAY

if TYPE_CHECKING:
    from lathe.rights.answers import Why


@click.command("why")
@click.argument("order", required=False)
@click.option("--isrc", default="", metavar="CODE", help="A recording, alone or with its release.")
@click.option("--upc", default="", metavar="CODE", help="A release and its tracks.")
@click.option("--territory", type=COUNTRY, metavar="CODE", help="Where it was sold.")
@click.option("--day", type=DAY, metavar="DAY", help="When, by the day of that country.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def why(order: str | None, isrc: str, upc: str, territory: str | None, day: date | None, as_json: bool) -> None:
    """Say why something was sold, with the papers it rested on. ORDER is the order's number.

    \b
    Examples:
      lathe rights why K7QF-2M9D
      lathe rights why --isrc DEXX12400001 --territory FR --day 2026-10-14
    """
    shop.open_shop()
    found = _of_order(order) if order else _of_day(isrc, upc, territory, day)
    if as_json:
        output.show_json([_plain(one) for one in found])
        return
    if not found and not order:
        output.say("Nothing of it was sold there on that day.")
    for one in found:
        _show(one)


def _of_order(number: str) -> list[Why]:
    from lathe.rights import answers
    from lathe.sales.models import Order

    order = Order.objects.filter(number=number.strip().upper()).first()
    if order is None:
        raise CommandError(f"There is no order {number!r}. Its number stands on the receipt, as in K7QF-2M9D.")
    lines = list(order.lines.values_list("uid", flat=True))
    found = answers.of_lines(lines)
    if len(found) < len(lines):
        count = len(lines) - len(found)
        output.warn(
            f"Lines without a decision: {count} of {len(lines)}; the order was placed before decisions were kept."
        )
    return found


def _of_day(isrc: str, upc: str, territory: str | None, day: date | None) -> list[Why]:
    from lathe.rights import answers

    if bool(isrc) == bool(upc) or territory is None or day is None:
        raise click.UsageError("Name an order, or --isrc or --upc with --territory and --day.")
    code = isrc.replace("-", "").upper()
    return answers.of_day(isrc=code, upc=upc, territory=territory, day=day)


def _show(one: Why) -> None:
    row, said = one.decision, one.said
    output.say(f"{one.title}: sold in {row.territory} at {row.at:%Y-%m-%d %H:%M:%S} UTC", bold=True)
    signs = ", ".join(said["evidence"]) or "nothing but the shop's own setting"
    output.say(f"  Where the buyer was rests on: {signs}. Storefront: {said['storefront']}. Use: {said['use']}.")
    if one.deal is not None:
        output.say(f"  Deal {one.deal.uid}: {one.deal.territories}, from {one.deal.starts_at or one.deal.starts_on}")
    if one.grant is not None:
        grant = one.grant
        output.say(f"  Grant of {grant.grantor.name} ({grant.right}), {grant.territories}, from {grant.starts_on}")
        output.say(f"  Signed by {', '.join(grant.signatories)} on {grant.signed_on}: {grant.document_name}")
    output.say(f"  Document SHA-256 {said['document_sha256']}, in the documents store under that name")
    stops = "none" if not said["stops"] else f"{len(said['stops'])}, all lifted or on other tracks"
    output.say(f"  Stop signs looked at: {stops}. Rules of version {said['rules']}.")
    output.say(f"  Link {one.link} of the chain: {one.digest}" if one.link else "  Not chained yet.")
    for doubt in one.doubts:
        output.say(f"  ATTENTION: {doubt}")


def _plain(one: Why) -> dict[str, Any]:
    grant = one.grant
    return {
        "title": one.title,
        **one.said,
        "document_name": grant.document_name if grant else None,
        "grantor": grant.grantor.name if grant else None,
        "signatories": grant.signatories if grant else None,
        "signed_on": grant.signed_on if grant else None,
        "link": one.link,
        "digest": one.digest,
        "doubts": one.doubts,
    }


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify(ctx: click.Context, /, as_json: bool) -> None:
    """Prove the chain of decisions: nothing was changed, removed or put in since it was sealed.

    \b
    Example:
      lathe rights verify

    Exit code: 0 it holds, 1 it is broken or a guard is missing.
    """
    shop.open_shop()
    from django.db import connection

    from lathe.rights import sealing
    from lathe.rights.guards import guards
    from lathe.sales import decided

    found, missing, bare = sealing.verify(), guards.missing(connection), decided.without_decision()
    is_sound = not found.broken and not missing
    if as_json:
        shown = {"sealed": found.sealed, "head": found.head, "broken": found.broken, "unsealed": found.unsealed}
        more = {"unsealed_since": found.unsealed_since, "guards_missing": missing, "lines_without_decision": len(bare)}
        output.show_json({"is_sound": is_sound, **shown, **more})
    else:
        output.say(
            f"BROKEN. {found.broken}" if found.broken else f"{found.sealed} decisions are chained, and the chain holds."
        )
        if found.head:
            output.say(f"Its head is {found.head}. Keep it elsewhere: it proves all that came before.")
        since = f", the oldest of {found.unsealed_since:%Y-%m-%d %H:%M} UTC" if found.unsealed_since else ""
        output.say(f"Not chained yet: {found.unsealed}{since}.")
        if missing:
            output.say(f"Guards are missing: {', '.join(missing)}. Run `lathe upgrade`.")
        if bare:
            output.say(f"Lines sold without a decision on record: {len(bare)}, as before decisions were kept.")
    ctx.exit(0 if is_sound else 1)
