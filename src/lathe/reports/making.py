"""Making a report, and refusing one that does not add up to the ledger."""

from __future__ import annotations

from typing import BinaryIO

from lathe.reports.errors import ReportError
from lathe.reports.formats.base import Report, Subject, Written
from lathe.reports.material import Heading, Material, Sums


def make(report: Report, material: Material, out: BinaryIO) -> Written:
    """Write a report and hold what it wrote against the books. Raises ReportError, then nothing written may be used."""
    facts, currency = report.facts, material.heading.currency
    if facts.currencies is not None and currency not in facts.currencies:
        raise ReportError(f"{facts.name} is made in {', '.join(sorted(facts.currencies))} only, not in {currency}.")
    written = report.write(material, out)
    if facts.subject is Subject.PARTY:
        _check(report, material, written)
    return written


def _check(report: Report, material: Material, written: Written) -> None:
    heading, sums = material.heading, material.sums()
    expected = {
        "owed": (written.owed_micro, heading.closing_micro - heading.opening_micro),
        "earned": (written.owed_micro, sums.earned_micro),
        "units": (written.units, sums.units),
        "net": (written.net_micro, sum(context.net_micro for context in material.contexts())),
    }
    _moved(heading, sums)
    for what in sorted(report.facts.counts & expected.keys()):
        found, wanted = expected[what]
        if found != wanted:
            raise ReportError(
                f"{report.facts.name} of {heading.party.name} for {heading.month} comes to {found} for '{what}' where "
                f"the ledger has {wanted}; nothing was issued. Run `lathe doctor` and tell the operator."
            )


def _moved(heading: Heading, sums: Sums) -> None:
    if heading.opening_micro + sums.earned_micro + sums.other_micro != heading.closing_micro:
        raise ReportError(
            f"The entries of {heading.party.name} for {heading.month} do not lead from its opening to its closing "
            "balance; nothing was issued. Run `lathe doctor` and tell the operator."
        )
