"""The table of report formats: a new one is a file here and a line below; `base.Report` says what it offers."""

from __future__ import annotations

from lathe.reports.errors import ReportError
from lathe.reports.formats.base import Report
from lathe.reports.formats.chart_csv import Chart
from lathe.reports.formats.dsr_basic_audio import BasicAudio
from lathe.reports.formats.payouts_csv import PayoutTable
from lathe.reports.formats.payouts_sepa import SepaPayouts
from lathe.reports.formats.record_company import RecordCompany
from lathe.reports.formats.statement_csv import StatementTable
from lathe.reports.formats.statement_pdf import StatementSummary

REPORTS: dict[str, Report] = {
    report.facts.name: report
    for report in (
        StatementTable(),
        StatementSummary(),
        BasicAudio(),
        RecordCompany(),
        Chart(),
        PayoutTable(),
        SepaPayouts(),
    )
}
"""Every format by its name, in the order in which they are listed."""

SERIES: dict[str, list[Report]] = {}
"""The formats that are issued together, by the name of their series."""
for _report in REPORTS.values():
    if _report.facts.series:
        SERIES.setdefault(_report.facts.series, []).append(_report)


def named(name: str) -> Report:
    """A format by its name. Raises ReportError that names those there are."""
    if name not in REPORTS:
        raise ReportError(f"There is no report {name!r}. There are: {', '.join(REPORTS)}.")
    return REPORTS[name]


def series_named(name: str) -> list[Report]:
    """The formats of a series. Raises ReportError that names those there are."""
    if name not in SERIES:
        raise ReportError(f"{name!r} is not issued. What is: {', '.join(SERIES)}.")
    return SERIES[name]
