"""lathe ledger accounts, export, oss: what the books hold, for accountants and their programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from lathe.cli import output, shop
from lathe.cli.values import DAY


@click.command("accounts")
@click.option("--csv", "as_csv", is_flag=True, help="Print every account with its number, separated by commas.")
@click.option("--on", "day", type=DAY, default=None, metavar="DATE", help="The balances after this day. Default: now.")
def accounts(as_csv: bool, day: object) -> None:
    """Show the chart of accounts with what stands on it.

    \b
    Examples:
      lathe ledger accounts
      lathe ledger accounts --csv --on 2026-10-31 > balances.csv
    """
    shop.open_shop()
    from lathe.ledger import amounts, chart, totals
    from lathe.ledger.exports import balances
    from lathe.ledger.snapshot import snapshot

    with snapshot():
        if as_csv:
            _write(balances.lines(day))  # type: ignore[arg-type]
            return
        standing = totals.balances(day)  # type: ignore[arg-type]
    sums: dict[tuple[int, str], dict[str, int]] = {}
    for item in standing:
        family = chart.family(item.code)
        of = sums.setdefault((family.number, family.name), {})
        of[item.currency] = of.get(item.currency, 0) + item.balance_micro
    for family in chart.FAMILIES:
        sums.setdefault((family.number, family.name), {})
    for (number, name), held in sorted(sums.items()):
        shown = "  ".join(f"{amounts.major(micro):>18} {currency}" for currency, micro in sorted(held.items()))
        output.say(f"{number}  {name:48} {shown}")


@click.command("export")
@click.option("--beancount", "what", flag_value="beancount", help="A Beancount ledger, which bean-check proves.")
@click.option("--csv", "what", flag_value="journal", help="The journal: a line a posting, separated by commas.")
@click.option("--balances", "what", flag_value="balances", help="The trial balance, separated by commas.")
def export(what: str | None) -> None:
    """Print the whole books for another program.

    \b
    Examples:
      lathe ledger export --beancount > books.beancount && bean-check books.beancount
      lathe ledger export --csv > journal.csv
    """
    if what is None:
        raise click.UsageError("Choose --beancount, --csv or --balances.")
    shop.open_shop()
    from lathe.ledger.exports import EXPORTS
    from lathe.ledger.snapshot import snapshot

    with snapshot():
        _write(EXPORTS[what]())


@click.command("oss")
@click.argument("quarter", metavar="YYYY-QN")
@click.option("--csv", "as_csv", is_flag=True, help="Print a line a country and rate, separated by commas.")
@click.option("--home", default="", metavar="CODE", help="Where the shop is taxed itself. Default: its home territory.")
def oss(quarter: str, as_csv: bool, home: str) -> None:
    """Reckon the VAT return of a quarter for the One Stop Shop: country by country, in euro.

    Amounts in other currencies want the European Central Bank's rate of the quarter's last day: lathe ledger rate.

    \b
    Examples:
      lathe ledger oss 2026-Q4
      lathe ledger oss 2026-Q4 --csv > oss-2026-q4.csv
    """
    shop.open_shop()
    from lathe.ledger.exports.cells import line
    from lathe.ledger.snapshot import snapshot
    from lathe.reports import oss as returns

    with snapshot():
        made = returns.reckon(returns.Quarter.parse(quarter), home.upper())
    if as_csv:
        _write(line(cells) for cells in (returns.COLUMNS, *(row.cells() for row in made.rows)))
        return
    output.say(f"VAT for the One Stop Shop, {made.quarter}; taxed at home: {made.home}", bold=True)
    for row in made.rows:
        part, period, country, rate, taxable, vat = row.cells()
        output.say(f"{part:10} {period:8} {country:3} {rate:>6} % {taxable:>14} EUR  VAT {vat:>12} EUR")
    output.say(f"VAT to pay: {made.total.show()}", bold=True)


def _write(lines: Iterable[str]) -> None:
    for one in lines:
        sys.stdout.write(one)


COMMANDS = (accounts, export, oss)
