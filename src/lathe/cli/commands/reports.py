"""lathe reports: what rights holders, licensors, charts and the bank are sent."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lathe.cli import output, reporting, shop
from lathe.cli.errors import CommandError


@click.group("reports")
def command() -> None:
    """Make reports, issue them for good, and check them.

    \b
    Examples:
      lathe reports list
      lathe reports make statement-csv --party "Arcueil Éditions" --month 2026-10 -o october.csv
      lathe reports issue-all --month 2026-10
      lathe reports check DSR_….tsv
    """


@command.command("list")
@click.option("--month", default="", metavar="YYYY-MM", help="Only what was issued for this month.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_reports(month: str, as_json: bool) -> None:
    """List the reports there are, and what was issued, newest first.

    \b
    Examples:
      lathe reports list
      lathe reports list --month 2026-10 --json
    """
    shop.open_shop()
    known, issued = reporting.known(), reporting.issued(month)
    if as_json:
        output.show_json({"reports": known, "issued": issued})
        return
    output.say("Reports", bold=True)
    for one in known:
        series = f"issued as {one['series']}" if one["series"] else "not issued"
        output.say(f"  {one['name']:20} {one['subject']:6} {series:20} {one['sentence']}")
    output.say(f"Issued: {len(issued)}", bold=True)
    for item in issued[: reporting.SHOWN]:
        output.say(f"  {item['number']:18} {item['month']} {item['currency']} {item['party'] or 'the shop'}")
    if len(issued) > reporting.SHOWN:
        output.say(f"  and {len(issued) - reporting.SHOWN} more; --json has them all")


@command.command("make")
@click.argument("report")
@click.option("--party", default="", metavar="NAME", help="For whom, by name, short name or opaque id.")
@click.option("--month", required=True, metavar="YYYY-MM", help="The month, in UTC.")
@click.option("--currency", default="", metavar="CODE", help="The currency; needed where there are several.")
@click.option("-o", "--output", "target", default="", metavar="FILE", help="Where to; - is standard output.")
def make(report: str, party: str, month: str, currency: str, target: str) -> None:
    """Make a draft of one report. It has no number, and the month may still run.

    \b
    Examples:
      lathe reports make dsr --party arcueil --month 2026-10
      lathe reports make payouts-sepa --month 2026-10 -o payouts.xml
    """
    shop.open_shop()
    asked = reporting.asked(report, party, month, currency)
    if target == "-":
        reporting.write(report, asked, sys.stdout.buffer)
        return
    path = reporting.save(report, asked, Path(target) if target else None)
    output.say(f"Written: {path}")


@command.command("issue")
@click.argument("series")
@click.option("--party", default="", metavar="NAME", help="For whom; left out for a report on the whole shop.")
@click.option("--month", required=True, metavar="YYYY-MM", help="A month that has ended, in UTC.")
@click.option("--currency", default="", metavar="CODE", help="The currency; needed where there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def issue(series: str, party: str, month: str, currency: str, as_json: bool) -> None:
    """Issue a report for good: it gets the next number and is never changed. What comes late stands in the next.

    \b
    Examples:
      lathe reports issue statement --party "Arcueil Éditions" --month 2026-10
      lathe reports issue chart --month 2026-10
    """
    shop.open_shop()
    made = reporting.issue(series, party, month, currency)
    if as_json:
        output.show_json(made)
    else:
        output.say(f"Issued {made['number']}: {', '.join(file['name'] for file in made['files'])}")


@command.command("issue-all")
@click.option("--month", required=True, metavar="YYYY-MM", help="A month that has ended, in UTC.")
@click.option("--series", multiple=True, metavar="NAME", help="Only this series; may be given several times.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that prepare.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def issue_all(month: str, series: tuple[str, ...], workers: int, as_json: bool) -> None:
    """Issue everything a month is owed: for every party, in every currency. Again issues what is missing.

    \b
    Examples:
      lathe reports issue-all --month 2026-10
      lathe reports issue-all --month 2026-10 --series statement --workers 4
    """
    shop.open_shop()
    with output.bars(quiet=as_json) as bars:
        made = reporting.issue_all(month, series, workers, bars.counter)
    if as_json:
        output.show_json({"issued": made})
    else:
        output.say(f"Issued: {len(made)}. `lathe reports list --month {month}` has them.")


@command.command("fetch")
@click.argument("number")
@click.option("--into", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="The folder.")
def fetch(number: str, folder: Path) -> None:
    """Write the files of an issued report, as they were issued, into a folder.

    \b
    Example:
      lathe reports fetch statement-000012 --into ~/statements
    """
    shop.open_shop()
    for path in reporting.fetch(number, folder):
        output.say(f"Written: {path}")


@command.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--issued", is_flag=True, help="Check all that was issued: numbers, chain, bytes, balances.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(files: tuple[Path, ...], issued: bool, as_json: bool) -> None:
    """Check DDEX sales reports as their recipient would, or everything this shop has issued.

    \b
    Examples:
      lathe reports check DSR_PADPIDA2026010101A_Arcueil_Downloads_2026-10_DE_20261101T020000.tsv
      lathe reports check --issued
    """
    if not files and not issued:
        raise click.UsageError("Name a file, or --issued.")
    found = [reporting.checked(file) for file in files]
    if issued:
        shop.open_shop()
        found.append(reporting.audited())
    if as_json:
        output.show_json({"checked": found})
    else:
        for one in found:
            reporting.show(one)
    if any(one["findings"] for one in found):
        raise CommandError("Not everything is in order; see above." if not as_json else "Not everything is in order.")


@command.command("particulars")
@click.option("--party", default="", metavar="NAME", help="Whose: a party's.")
@click.option("--shop", "of_shop", is_flag=True, help="Whose: the shop's own.")
@click.option("--dpid", default=None, metavar="ID", help="The DDEX Party Id, as in PADPIDA2026010101A.")
@click.option("--holder", default=None, metavar="NAME", help="In whose name the bank account is.")
@click.option("--iban", default=None, metavar="IBAN", help="The bank account.")
@click.option("--bic", default=None, metavar="BIC", help="The bank, where it wants to be named.")
def particulars(
    party: str, of_shop: bool, dpid: str | None, holder: str | None, iban: str | None, bic: str | None
) -> None:
    """Enter, or show, what reports and the bank need to know: DDEX Party Id and bank account.

    \b
    Examples:
      lathe reports particulars --shop --dpid PADPIDA2026010101A --iban DE89370400440532013000
      lathe reports particulars --party arcueil --holder "Arcueil Éditions SARL" --iban FR7630006000011234567890189
    """
    if bool(party) == of_shop:
        raise click.UsageError("Say whose: --party NAME or --shop.")
    shop.open_shop()
    given = {"dpid": dpid, "account_holder": holder, "iban": iban, "bic": bic}
    known = reporting.particulars(party, {name: text for name, text in given.items() if text is not None})
    for name, text in known.items():
        output.say(f"{name:15} {text or 'not known'}")
