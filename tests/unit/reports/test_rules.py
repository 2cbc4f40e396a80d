"""Months, and statements that must add up."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from lathe.reports import rules
from lathe.reports.errors import ReportError
from lathe.reports.material import Sums
from lathe.reports.rules import Month, Statement
from tests import reporting


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "26-01", "2026-1", "", "2026-01-01", "２０２６-01"])
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ReportError, match="2026-10"):
        Month.parse(text)


def test_a_month_ends_where_the_next_begins() -> None:
    december = Month.parse("2026-12")
    assert december.next == Month(2027, 1)
    assert december.end == datetime(2027, 1, 1, tzinfo=UTC) == december.next.start
    assert Month.of(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == december


def test_a_statement_that_does_not_equal_the_ledger_is_not_shown() -> None:
    with pytest.raises(ReportError, match="does not add up"):
        Statement(uuid4(), "Label", Month(2026, 10), "EUR", opening_micro=0, closing_micro=1, sums=Sums(), lines=[])


@pytest.mark.parametrize(
    ("micro", "text"), [(1_463_000, "1.4630\xa0EUR"), (-581_000, "−0.5810\xa0EUR"), (0, "0.0000\xa0EUR")]
)
def test_parts_of_a_cent_are_shown(micro: int, text: str) -> None:
    assert rules.shown(micro, "EUR") == text


def test_sums_tell_sales_from_payouts_and_count_no_gift() -> None:
    sums = Sums.of(reporting.month().items())
    assert (sums.lines, sums.units, sums.earned_micro, sums.other_micro) == (6, 2, 1_743_000, -100_000)


@pytest.mark.parametrize(
    ("micro", "exact", "short"),
    [
        (0, "0.000000", "0.00"),
        (830_000, "0.830000", "0.83"),
        (-581_125, "-0.581125", "-0.581125"),
        (12_500_000, "12.500000", "12.50"),
        (-1, "-0.000001", "-0.000001"),
    ],
)
def test_amounts_in_files_are_exact(micro: int, exact: str, short: str) -> None:
    assert (rules.exact(micro), rules.short(micro)) == (exact, short)


def test_a_detail_is_kept_without_blanks_and_a_wrong_one_is_refused() -> None:
    assert rules.particular("iban", "de89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert rules.particular("dpid", "padpida2026010101a") == "PADPIDA2026010101A"
    assert rules.particular("bic", "") == ""
    for name, text in (("iban", "DE88370400440532013000"), ("bic", "COBA"), ("dpid", "X1"), ("colour", "red")):
        with pytest.raises(ReportError):
            rules.particular(name, text)
