"""lathe report: what the books say."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any

import click

from lathe.cli import output, shop
from lathe.cli.errors import CommandError

if TYPE_CHECKING:
    from lathe.reports.material import Item
    from lathe.reports.rules import Statement

COLUMNS = (
    *("occurred_at", "kind", "order", "territory", "release", "upc", "track", "isrc", "format"),
    *("price", "tax", "net", "rule", "owed"),
)

SHOWN = 200
"""Lines that are shown to a person."""


@click.group("report")
def command() -> None:
    """Print what the books say.

    \b
    Example:
      lathe report statement --party "Arcueil Éditions" --month 2026-10
    """


@command.command("statement")
@click.option("--party", required=True, metavar="NAME", help="The label: its name, its short name, or its opaque id.")
@click.option("--month", required=True, metavar="YYYY-MM", help="The month, in UTC.")
@click.option("--currency", default="", metavar="CODE", help="The currency; needed where the label has several.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a line a sale, separated by commas.")
def statement(party: str, month: str, currency: str, as_json: bool, as_csv: bool) -> None:
    """Show a label what it earned in a month, line by line, equal to the ledger.

    \b
    Examples:
      lathe report statement --party "Maple Street Records" --month 2026-10
      lathe report statement --party arcueil-editions --month 2026-10 --csv > october.csv
    """
    if as_json and as_csv:
        raise click.UsageError("Choose --json or --csv.")
    shop.open_shop()
    from lathe.reports import statements
    from lathe.reports.rules import Month

    holder = statements.party(party)
    wanted = Month.parse(month)
    shown = statements.statement(
        holder, wanted, currency.upper() or _currency(statements.currencies(holder), holder.name)
    )
    if as_json:
        output.show_json(_plain(shown))
    elif as_csv:
        _write_csv(shown)
    else:
        _show(shown)


def _currency(known: list[str], name: str) -> str:
    if not known:
        raise CommandError(f"Nothing was ever sold for {name}, so there is no statement.")
    if len(known) > 1:
        raise CommandError(f"{name} has accounts in {', '.join(known)}. Choose one with --currency.")
    return known[0]


def _plain(shown: Statement) -> dict[str, Any]:
    return {
        "party": shown.party,
        "party_uid": str(shown.party_uid),
        "month": str(shown.month),
        "currency": shown.currency,
        "opening": _amount(shown.opening_micro),
        "earned": _amount(shown.earned_micro),
        "closing": _amount(shown.closing_micro),
        "units": shown.units,
        "lines": [dict(zip(COLUMNS, _cells(line), strict=True)) for line in shown.lines],
    }


def _write_csv(shown: Statement) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_safe(cell) for cell in _cells(line)] for line in shown.lines)


def _cells(line: Item) -> list[str]:
    return [
        line.occurred_at.isoformat(timespec="seconds"),
        *(line.kind, line.order_number, line.territory, line.release, line.upc, line.track, line.isrc, line.format),
        *(str(line.price.major), str(line.tax.major), str(line.net.major), line.rule, _amount(line.owed_micro)),
    ]


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; amounts may begin with a minus."""
    is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else cell


def _amount(micro: int) -> str:
    sign, (whole, part) = "-" if micro < 0 else "", divmod(abs(micro), 1_000_000)
    return f"{sign}{whole}.{part:06d}"


def _show(shown: Statement) -> None:
    from lathe.reports import rules

    output.say(f"{shown.party}, {shown.month}, {shown.currency}", bold=True)
    for line in shown.lines[:SHOWN]:
        what = f"{line.release}: {line.track}" if line.track else line.release
        output.say(
            f"{line.occurred_at:%Y-%m-%d}  {line.kind:8} {line.territory:3} {what[:44]:44} {line.format[:12]:12}"
            f" {line.net.show():>12} net {rules.shown(line.owed_micro, shown.currency):>14}"
        )
    if len(shown.lines) > SHOWN:
        output.say(f"and {len(shown.lines) - SHOWN} more; --csv has them all")
    output.say(f"Owed before:  {rules.shown(shown.opening_micro, shown.currency):>16}")
    output.say(f"This month:   {rules.shown(shown.earned_micro, shown.currency):>16}  for {shown.units} cuts")
    if shown.other_micro:
        output.say(f"Paid and other:{rules.shown(shown.other_micro, shown.currency):>15}")
    output.say(f"Owed after:   {rules.shown(shown.closing_micro, shown.currency):>16}", bold=True)
