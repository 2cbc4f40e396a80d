"""The checker of reports to record companies: one error of each kind is found in a file that was in order."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lathe.reports import checking
from lathe.reports.checking import record_company
from lathe.reports.formats.layouts import RECORD_COMPANY_1_0
from lathe.reports.formats.record_company import RecordCompany
from tests import reporting

Lines = list[str]
FIRST_SALE, LAST = 4, -1
"""Lines: the header and three summaries stand before the first sale (two countries, and the gift)."""


def good() -> Lines:
    """Three sales, one of them taken back, and a gift."""
    out = io.BytesIO()
    RecordCompany().write(reporting.month(), out)
    return out.getvalue().decode("utf-8").splitlines(keepends=True)


def checked(folder: Path, lines: Lines) -> set[str]:
    path = folder / RecordCompany().file_name(reporting.month())
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return {found.code for found in checking.check(path).findings}


def cell(place: int, name: str, value: str) -> Callable[[Lines], Lines]:
    """Another value in one cell of a line."""

    def change(lines: Lines) -> Lines:
        cells = lines[place].rstrip("\n").split("\t")
        column = 1 + [column for column, _ in RECORD_COMPANY_1_0.records[cells[0]]].index(name)
        assert cells[column] != value
        cells[column] = value
        return [*lines[:place], "\t".join(cells) + "\n", *lines[place:][1:]]

    return change


PLANTED: dict[str, Callable[[Lines], Lines]] = {
    "total of usages": cell(1, "Usages", "9"),
    "total of returns": cell(1, "Returns", "9"),
    "total of net usages": cell(1, "AllocatedUsages", "9"),
    "total of revenue": cell(1, "AllocatedRevenueInCurrencyOfAccounting", "9.00"),
    "total of what is owed": cell(1, "AllocatedNetRevenueInCurrencyOfAccounting", "9.00"),
    "total to be paid": cell(1, "FinalTotalAmountInCurrencyOfAccounting", "9.00"),
    "total of a summary": cell(1, "NetRevenueInCurrencyOfAccounting", "9.00"),
    "total of a sale": cell(FIRST_SALE, "NetUsage", "9"),
    "summary that is none": cell(FIRST_SALE, "SummaryRecordId", "99"),
    "summary twice": cell(2, "SummaryRecordId", "1"),
    "transaction": cell(FIRST_SALE + 1, "SalesTransactionId", "1-line-0"),
    "count of lines": cell(LAST, "NumberOfLinesInReport", "99"),
    "count of summaries": cell(LAST, "NumberOfSummaryRecords", "99"),
    "profile": cell(0, "ProfileVersion", "1.1"),
    "period": cell(0, "UsageEndDate", "2026-09-30"),
    "empty": cell(FIRST_SALE, "DspReleaseId", ""),
    "value": cell(FIRST_SALE, "ResourceISRC", "DEXX1"),
    "name": cell(0, "UsageStartDate", "2026-09-01"),
    "cells": lambda lines: [*lines[:4], lines[4].rpartition("\t")[0] + "\n", *lines[5:]],
    "record": lambda lines: [*lines[:4], lines[4].replace("SR08", "SR99", 1), *lines[5:]],
    "order": lambda lines: [lines[0], lines[FIRST_SALE], *lines[1:FIRST_SALE], *lines[FIRST_SALE + 1 :]],
    "order at the end": lambda lines: lines[:-1],
    "line": lambda lines: [*lines[:-1], lines[-1].rstrip("\n")],
}


def test_the_file_itself_is_in_order(tmp_path: Path) -> None:
    assert checked(tmp_path, good()) == set()


@pytest.mark.parametrize("planted", PLANTED)
def test_one_planted_error_of_each_kind_is_found(planted: str, tmp_path: Path) -> None:
    assert planted.partition(" ")[0] in checked(tmp_path, PLANTED[planted](good()))


def test_no_finding_is_without_its_planted_error() -> None:
    folder = Path(record_company.__file__).parent
    text = "".join((folder / name).read_text("utf-8") for name in ("record_company.py", "heads.py", "reading.py"))
    codes = set(re.findall(r'\.say\(\s*[\w.]+,\s*"([a-z]+)"', text))
    assert len(codes) >= 10
    assert codes <= {name.partition(" ")[0] for name in PLANTED}
