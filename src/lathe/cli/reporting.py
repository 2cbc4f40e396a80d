"""What the commands of `lathe reports` ask the room of reports for, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lathe.cli import output
from lathe.cli.errors import CommandError

if TYPE_CHECKING:
    from lathe.reports.opening import Wanted
    from lathe.reports.queries import Issued

SHOWN = 50
"""Issues and findings that are shown to a person."""


def known() -> list[dict[str, str]]:
    """The formats there are."""
    from lathe.reports.formats import REPORTS

    return [
        {
            "name": report.facts.name,
            "subject": report.facts.subject.value,
            "series": report.facts.series,
            "media_type": report.facts.media_type,
            "sentence": report.facts.sentence,
        }
        for report in REPORTS.values()
    ]


def issued(month: str) -> list[dict[str, Any]]:
    """What was issued, newest first."""
    from lathe.reports import queries
    from lathe.reports.rules import Month

    return [_plain(one) for one in queries.issued(month=Month.parse(month) if month else None)]


def _plain(one: Issued) -> dict[str, Any]:
    return {
        "number": one.number,
        "party": one.party,
        "month": f"{one.issue.month:%Y-%m}",
        "currency": one.issue.currency,
        "issued_at": one.issue.issued_at,
        "books_head": one.issue.books_head,
        "files": [{"name": file.name, "sha256": file.sha256, "size_bytes": file.size_bytes} for file in one.files],
    }


def asked(report: str, party: str, month: str, currency: str) -> Wanted:
    """For whom, when and in what currency a report is asked for. Raises ReportError, CommandError."""
    from lathe.reports import formats

    return _wanted(formats.named(report).facts.subject.value == "party", party, month, currency)


def _wanted(is_for_party: bool, party: str, month: str, currency: str) -> Wanted:
    from lathe.reports import queries, statements
    from lathe.reports.opening import Wanted
    from lathe.reports.rules import Month

    if is_for_party != bool(party):
        raise CommandError(
            "Name the party: --party NAME." if is_for_party else "That is on the whole shop; no --party."
        )
    wanted = Month.parse(month)
    holder = statements.party(party) if party else None
    there = statements.currencies(holder) if holder else queries.currencies()
    return Wanted(holder, wanted, _currency(currency.upper(), there))


def _currency(chosen: str, there: Sequence[str]) -> str:
    if chosen and chosen not in there:
        raise CommandError(f"Nothing was ever posted in {chosen}; there is {', '.join(there) or 'nothing yet'}.")
    if not chosen and len(there) != 1:
        raise CommandError(
            f"There are accounts in {', '.join(there)}. Choose one with --currency."
            if there
            else "Nothing was sold yet."
        )
    return chosen or there[0]


def write(report: str, wanted: Wanted, out: BinaryIO) -> None:
    """Write a draft."""
    from lathe.reports import formats, making, opening

    with opening.draft(wanted) as books:
        making.make(formats.named(report), books, out)


def save(report: str, wanted: Wanted, path: Path | None) -> Path:
    """Write a draft into a file, whole or not at all; under its own name, here, where none is given."""
    from lathe.reports import formats, making, opening

    format_ = formats.named(report)
    with opening.draft(wanted) as books:
        target = path or Path(format_.file_name(books))
        part = target.with_name(f".{target.name}.part")
        try:
            with part.open("wb") as out:
                making.make(format_, books, out)
            return part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def issue(series: str, party: str, month: str, currency: str) -> dict[str, Any]:
    """Issue one report."""
    from lathe.reports import actions, formats, queries
    from lathe.reports.rules import Month

    subject = formats.series_named(series)[0].facts.subject.value
    made = actions.issue(series=series, wanted=_wanted(subject == "party", party, month, currency))
    found = queries.issued(month=Month.parse(month), series=series)
    return _plain(next(one for one in found if one.issue.id == made.id))


def issue_all(
    month: str, series: Sequence[str], workers: int, counter: Callable[[str, int], Callable[[], None]]
) -> list[str]:
    """Issue what a month is owed; the numbers."""
    from lathe.reports import actions, formats, queries
    from lathe.reports.rules import Month, series_number

    for name in series:
        formats.series_named(name)
    wanted = queries.unissued(series or list(formats.SERIES), Month.parse(month))
    made = actions.issue_all(wanted=wanted, workers=workers, advance=counter("Reports", len(wanted)))
    return [series_number(one.series, one.number) for one in made]


def fetch(number: str, folder: Path) -> list[Path]:
    """Write the files of an issue into a folder."""
    from lathe.reports import queries

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for file in queries.files_of(number):
        path = folder / file.name
        path.write_bytes(queries.content(file))
        written.append(path)
    return written


def checked(file: Path) -> dict[str, Any]:
    """What the independent checker says of a DDEX file."""
    from lathe.reports import checking

    verdict = checking.check(file)
    return {
        "file": str(file),
        "profile": verdict.profile,
        "counted": f"{verdict.lines} lines, {verdict.summaries} summaries, {verdict.blocks} blocks",
        "findings": [
            {"line": found.line, "code": found.code, "sentence": found.sentence} for found in verdict.findings
        ],
    }


def audited() -> dict[str, Any]:
    """What there is to say of all that was issued."""
    from lathe.reports import auditing

    audit = auditing.audit()
    return {
        "file": "what was issued",
        "profile": "",
        "counted": f"{audit.issues} issues, {audit.files} files",
        "findings": [
            {"line": 0, "code": found.code, "sentence": found.sentence, "subject": found.subject}
            for found in audit.findings
        ],
    }


def show(one: dict[str, Any]) -> None:
    """Tell a person."""
    good = "in order" if not one["findings"] else f"{len(one['findings'])} findings"
    output.say(f"{one['file']}: {one['profile']} {one['counted']}: {good}.".replace(":  ", ": "), bold=True)
    for found in one["findings"][:SHOWN]:
        where = f"line {found['line']}: " if found["line"] else ""
        output.say(f"  {where}{found['sentence']}")
    if len(one["findings"]) > SHOWN:
        output.say(f"  and {len(one['findings']) - SHOWN} more; --json has them all")


def particulars(party: str, changes: dict[str, str]) -> dict[str, str]:
    """What is known of a party, or of the shop where none is named, after the changes."""
    from lathe.reports import actions, queries, statements
    from lathe.reports.models import Particulars

    whom = str(statements.party(party).uid) if party else Particulars.SHOP
    if changes:
        actions.describe(whom=whom, changes=changes)
    found = queries.particulars(whom)
    return {name: getattr(found, name) for name in ("dpid", "account_holder", "iban", "bic")}
