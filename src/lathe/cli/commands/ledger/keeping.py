"""lathe ledger check, seal, rebuild, close: whether the books are whole, and what keeps them so."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from lathe.cli import output, shop

if TYPE_CHECKING:
    from lathe.ledger.checks import Report

SHOWN = 20


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def check(ctx: click.Context, /, as_json: bool) -> None:
    """Prove the books: guards, sums, digests, chain, totals, closed months and tax records.

    It reads everything, changes nothing, and the shop may go on selling meanwhile.

    \b
    Example:
      lathe ledger check

    Exit code: 0 the books are sound, 1 something is wrong.
    """
    shop.open_shop()
    from lathe.ledger import checks

    report = checks.check()
    if as_json:
        output.show_json({"sound": report.is_sound, **asdict(report)})
    else:
        _show(report)
    ctx.exit(0 if report.is_sound else 1)


def _show(report: Report) -> None:
    for finding in report.findings[:SHOWN]:
        output.say(f"WRONG  {finding.code:10} {finding.sentence}")
    if len(report.findings) > SHOWN:
        output.say(f"… and {len(report.findings) - SHOWN} more; --json prints them all.")
    output.say(
        f"Looked at {report.transactions} transactions with {report.postings} postings on {report.accounts} accounts, "
        f"{report.seals} seals, {report.day_totals} day totals, {report.periods} closed months, "
        f"{report.tax_records} tax records and {report.guards} guards."
    )
    output.say(f"{report.unsealed} transactions wait for their seal. The chain's head is {report.head}.")
    wrong = "1 thing is wrong." if len(report.findings) == 1 else f"{len(report.findings)} things are wrong."
    output.say("The books are sound." if report.is_sound else wrong, bold=True)


@click.command("seal")
def seal() -> None:
    """Chain what waits for its seal now. A job does it every minute anyway.

    \b
    Example:
      lathe ledger seal
    """
    shop.open_shop()
    from lathe.ledger import sealing

    output.say(f"{sealing.seal()} transactions were sealed.")


@click.command("rebuild")
def rebuild() -> None:
    """Add up the day totals anew, from which balances are read. Only where `lathe ledger check` says so.

    \b
    Example:
      lathe ledger rebuild
    """
    shop.open_shop()
    from lathe.ledger import totals

    output.say(f"{totals.rebuild()} day totals were made from the postings.")


@click.command("close")
@click.argument("month", metavar="YYYY-MM")
def close(month: str) -> None:
    """Close a month: nothing is booked in it any more. What comes late is booked in the open month.

    Months close one after the other, and only once they are over. A month that is closed is never opened again.

    \b
    Example:
      lathe ledger close 2026-10
    """
    shop.open_shop()
    from lathe.ledger import periods
    from lathe.reports.rules import Month

    closed = periods.close(month=periods.Span.of(Month.parse(month).first_day))
    output.say(f"{closed} is closed, at seal {closed.head_seq}. The chain's head is {closed.head_digest}.")


COMMANDS = (check, seal, rebuild, close)
