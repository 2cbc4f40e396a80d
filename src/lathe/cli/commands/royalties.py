"""lathe royalties: contracts, shares, and what is due."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click

from lathe.basics.money import Money
from lathe.cli import output, shop
from lathe.cli.errors import CommandError
from lathe.cli.values import PRICE, SHARE

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LARGEST_BYTES = 5_000_000


@click.group("royalties")
def command() -> None:
    """Agree on royalties, settle them, and see whose they are.

    \b
    Examples:
      lathe royalties contract "Maple Street Records" contract.toml
      lathe royalties show "Maple Street Records"
      lathe royalties settle 2026-10
    """


@command.command("contract")
@click.argument("party")
@click.argument("file", type=FILE)
def contract(party: str, file: Path) -> None:
    """Sign the next version of the contract with a PARTY, from a TOML FILE (docs/royalties.md).

    Earlier versions stand: what was sold under them stays as it was.

    \b
    Example:
      lathe royalties contract "Maple Street Records" contract.toml
    """
    shop.open_shop()
    from lathe.reports import statements
    from lathe.royalties import actions

    holder = statements.party(party)
    row = actions.sign(party_uid=holder.uid, plain=_toml(file))
    rules = len(row.terms["rule"])
    output.say(f"{holder.name}: version {row.version} with {rules} rules counts from {row.starts_on.isoformat()} on.")


@command.command("mechanicals")
@click.argument("file", type=FILE)
def mechanicals(file: Path) -> None:
    """Set the next version of the table of who pays the authors where, from a TOML FILE (docs/royalties.md).

    \b
    Example:
      lathe royalties mechanicals mechanicals.toml
    """
    shop.open_shop()
    from lathe.royalties import actions

    row = actions.set_mechanicals(plain=_toml(file))
    output.say(f"The table of mechanicals: version {row.version} counts from {row.starts_on.isoformat()} on.")


@command.command("shares")
@click.argument("file", type=FILE)
def shares(file: Path) -> None:
    """Enter works, the recordings they are in, and who shares in both, from a TOML FILE (docs/royalties.md).

    \b
    Example:
      lathe royalties shares shares.toml
    """
    shop.open_shop()
    from lathe.royalties import sharing

    said = sharing.enter(plain=_toml(file))
    output.say(f"Entered {len(said.works)} works and {len(said.recordings)} recordings.")


@command.command("show")
@click.argument("party")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(party: str, as_json: bool) -> None:
    """Show the contract with a PARTY, every version of it.

    \b
    Example:
      lathe royalties show arcueil-editions
    """
    shop.open_shop()
    from lathe.cli import royalties_page
    from lathe.reports import statements

    holder = statements.party(party)
    royalties_page.show_contract(holder, as_json=as_json)


@command.command("due")
@click.argument("party")
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def due(party: str, period: str, as_json: bool) -> None:
    """Show what a PARTY is to be paid for a PERIOD (2026-10, 2026-Q4 or 2026); posts nothing.

    \b
    Example:
      lathe royalties due arcueil-editions 2026-10
    """
    shop.open_shop()
    from lathe.cli import royalties_page
    from lathe.reports import statements
    from lathe.royalties import queries
    from lathe.royalties.rules.periods import Period

    holder, wanted = statements.party(party), Period.parse(period)
    found = [queries.due(holder.uid, wanted, currency) for currency in queries.currencies(holder.uid)]
    royalties_page.show_due(holder, found, as_json=as_json)


@command.command("settle")
@click.argument("period")
@click.option("--party", default="", metavar="NAME", help="One party alone; without it, every party.")
def settle(period: str, party: str) -> None:
    """Settle a PERIOD that is over: advances, reserves, tax and rounding are posted, and payouts set apart.

    \b
    Example:
      lathe royalties settle 2026-10
    """
    shop.open_shop()
    from lathe.catalogue.models import Party
    from lathe.cli import royalties_page
    from lathe.reports import statements
    from lathe.royalties import actions, queries
    from lathe.royalties.rules.periods import Period

    wanted = Period.parse(period)
    for holder in [statements.party(party)] if party else Party.objects.order_by("name"):
        currencies = queries.currencies(holder.uid)
        made = [actions.settle(party_uid=holder.uid, period=wanted, currency=currency) for currency in currencies]
        royalties_page.show_due(holder, made, as_json=False)


@command.command("advance")
@click.argument("party")
@click.argument("amount", type=PRICE)
@click.option("--key", required=True, metavar="KEY", help="A key of your own: the same key again enters nothing more.")
def advance(party: str, amount: Money, key: str) -> None:
    """Enter an advance of AMOUNT that was paid to a PARTY from the bank; what it earns pays it back.

    \b
    Example:
      lathe royalties advance arcueil-editions 500.00EUR --key contract-2026
    """
    shop.open_shop()
    from lathe.reports import statements
    from lathe.royalties import actions

    holder = statements.party(party)
    actions.advance(party_uid=holder.uid, amount=amount, key=key)
    output.say(f"{holder.name} was paid {amount.show()} in advance.")


@command.command("suspense")
@click.option("--release", is_flag=True, help="Decide again whatever waits, by what is on record now.")
def suspense(release: bool) -> None:
    """Show what waits in suspense because nobody knows whose it is, or release it.

    \b
    Examples:
      lathe royalties suspense
      lathe royalties suspense --release
    """
    shop.open_shop()
    from lathe.cli import royalties_page
    from lathe.sales import suspense as waiting

    if release:
        output.say(f"{waiting.release()} lines have a party now.")
    royalties_page.show_waiting(waiting.waiting())


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(as_json: bool) -> None:
    """Replay what was decided for every line sold, and compare it with the books; ends with 1 where they differ.

    \b
    Example:
      lathe royalties check
    """
    shop.open_shop()
    from lathe.cli import royalties_page
    from lathe.sales import replay

    report = replay.check()
    royalties_page.show_check(report, as_json=as_json)
    if report.findings:
        raise click.exceptions.Exit(1)


@command.command("below-cost")
@click.argument("policy", type=click.Choice(["flag", "refuse"]))
@click.option("--fee", type=SHARE, default=None, metavar="SHARE", help="What a payment costs of it, as in 1.4%.")
@click.option(
    "--fee-fixed", type=PRICE, default=None, metavar="PRICE", help="What each payment costs besides: 0.25EUR."
)
@click.option("--storefront", default="", metavar="CODE", help="One storefront alone; without it, every one.")
def below_cost(policy: str, fee: Any, fee_fixed: Money | None, storefront: str) -> None:
    """Say what becomes of a checkout that costs more (tax, royalties, fee) than it brings: flag it, or refuse it.

    \b
    Example:
      lathe royalties below-cost refuse --fee 1.4% --fee-fixed 0.25EUR
    """
    shop.open_shop()
    from lathe.storefronts import actions

    changed = actions.set_below_cost(policy=policy, fee=fee, fixed=fee_fixed, code=storefront)
    done = {"flag": "is flagged", "refuse": "is refused"}[policy]
    output.say(f"In {', '.join(changed)} a sale below cost {done}.")


def _toml(file: Path) -> dict[str, Any]:
    if file.stat().st_size > LARGEST_BYTES:
        raise CommandError(f"{file.name} is larger than 5 MB; split it.")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as wrong:
        raise CommandError(f"{file.name} is not text in UTF-8. Save it as UTF-8.") from wrong
    except tomllib.TOMLDecodeError as wrong:
        raise CommandError(f"{file.name} is not TOML: {wrong}. Correct it there.") from wrong
