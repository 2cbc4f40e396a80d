"""What every report format keeps to. It runs over the table, so that a newcomer is tested on arrival.

A format needs a reader here: what a recipient makes of its bytes, as totals by hand-written code.
"""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from sepaxml.validation import try_valid_xml

from lathe.reports import checking, making
from lathe.reports.errors import ReportError
from lathe.reports.formats import REPORTS
from lathe.reports.formats.base import Report, Subject
from tests import reporting

EVERY = pytest.mark.parametrize("report", REPORTS.values(), ids=list(REPORTS))
TEXTS = pytest.mark.parametrize(
    "report", [report for report in REPORTS.values() if report.facts.suffix != ".pdf"], ids=lambda one: one.facts.name
)


def made(report: Report, material: reporting.Month) -> bytes:
    out = io.BytesIO()
    making.make(report, material, out)
    return out.getvalue()


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def cells(content: bytes, record: str) -> list[list[str]]:
    lines = content.decode("utf-8").split("\n")
    return [line.split("\t") for line in lines if line.split("\t")[0] == record]


READERS: dict[str, Callable[[bytes], dict[str, Decimal]]] = {
    "statement-csv": lambda content: {
        "owed": sum((Decimal(row["owed"]) for row in rows(content)), Decimal()),
        "net": sum((Decimal(row["net"]) for row in rows(content)), Decimal()),
    },
    "statement-pdf": lambda content: {},
    "dsr": lambda content: {
        "net": sum((Decimal(row[11]) for row in cells(content, "SY01.03")), Decimal()),
        "units": sum((Decimal(row[8]) - Decimal(row[9]) for row in cells(content, "SU01.03")), Decimal()),
    },
    "dsr-record-company": lambda content: {
        "owed": sum((Decimal(row[-2]) for row in cells(content, "SR08")), Decimal()),
        "net": sum((Decimal(row[-4]) for row in cells(content, "SR08")), Decimal()),
    },
    "chart-csv": lambda content: {"units": sum((Decimal(row["units"]) for row in rows(content)), Decimal())},
    "payouts-csv": lambda content: {"owed": sum((Decimal(row["amount"]) for row in rows(content)), Decimal())},
    "payouts-sepa": lambda content: {"owed": Decimal(re.findall(rb"<CtrlSum>([0-9.]+)<", content)[0].decode())},
}
"""The totals that a recipient reads from a file."""

EXPECTED = {
    # Three sales of 0.83 net, 0.581 owed each; the first taken back; a gift of 0.581; 0.1 paid out.
    "statement-csv": {"owed": Decimal("1.643"), "net": Decimal("1.66")},
    "statement-pdf": {},
    "dsr": {"net": Decimal("1.66"), "units": Decimal(3)},
    "dsr-record-company": {"owed": Decimal("1.743"), "net": Decimal("1.66")},
    "chart-csv": {"units": Decimal(6)},
    "payouts-csv": {"owed": Decimal("2.04")},
    "payouts-sepa": {"owed": Decimal("2.04")},
}


@EVERY
def test_the_same_material_gives_the_same_bytes_and_the_totals_worked_out_by_hand(report: Report) -> None:
    content = made(report, reporting.month())
    assert content == made(report, reporting.month())
    assert READERS[report.facts.name](content) == EXPECTED[report.facts.name]


@EVERY
def test_a_month_without_sales_is_a_legal_report(report: Report) -> None:
    if report.facts.name == "payouts-sepa":
        with pytest.raises(ReportError, match="No settled period pays anybody"):
            made(report, reporting.month(sales=0))
    else:
        assert made(report, reporting.month(sales=0))


@TEXTS
def test_hostile_titles_stay_inside_their_cells(report: Report, tmp_path: Path) -> None:
    content = made(report, reporting.month())
    text = content.decode("utf-8")
    if report.facts.suffix == ".csv":
        assert len({len(row) for row in csv.reader(io.StringIO(text, newline=""))}) == 1
        assert not any(cell.startswith(("=", "+", "@")) for row in rows(content) for cell in row.values())
    elif report.facts.suffix == ".tsv":
        path = tmp_path / report.file_name(reporting.month())
        path.write_bytes(content)
        assert checking.check(path).findings == ()
    else:
        try_valid_xml(content, "pain.001.001.09")


@EVERY
@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_currencies_without_cents_and_with_mills_are_exact_or_refused(report: Report, currency: str) -> None:
    if report.facts.currencies is not None:
        with pytest.raises(ReportError, match=f"not in {currency}"):
            made(report, reporting.month(currency))
        return
    found = READERS[report.facts.name](made(report, reporting.month(currency)))
    due = {"JPY": Decimal(204), "KWD": Decimal("0.204")}[currency]
    expected = {"owed": due} if report.facts.name == "payouts-csv" else EXPECTED[report.facts.name]
    assert found == expected


@EVERY
def test_a_file_name_is_plain_and_ends_as_the_format_says(report: Report) -> None:
    name = report.file_name(reporting.month())
    assert re.fullmatch(r"[0-9A-Za-z._-]{5,200}", name)
    assert name.endswith(report.facts.suffix)
    assert "2026-10" in name


@pytest.mark.parametrize(
    "report", [one for one in REPORTS.values() if one.facts.subject is Subject.PARTY], ids=lambda one: one.facts.name
)
def test_what_does_not_add_up_to_the_books_is_refused(report: Report) -> None:
    material = reporting.month()
    wrong = reporting.Month(
        reporting.replace(material.heading, closing_micro=material.heading.closing_micro + 1), material.sales
    )
    with pytest.raises(ReportError, match="nothing was issued"):
        made(report, wrong)


@pytest.mark.parametrize("name", ["statement-csv", "dsr", "dsr-record-company", "chart-csv"])
def test_memory_does_not_grow_with_the_lines(name: str) -> None:
    def peak(sales: int) -> int:
        material = reporting.month(sales=sales)
        tracemalloc.start()
        REPORTS[name].write(material, _Nowhere())
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(3)
    a_line = 800
    assert peak(2400) < peak(1200) + 1200 * a_line / 4


class _Nowhere(io.BytesIO):
    """A file that keeps nothing."""

    def write(self, data: object, /) -> int:
        return len(data)  # type: ignore[arg-type]


def test_a_pdf_is_a_pdf_of_two_pages_at_most() -> None:
    content = made(REPORTS["statement-pdf"], reporting.month())
    assert content.startswith(b"%PDF-1.")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 2
