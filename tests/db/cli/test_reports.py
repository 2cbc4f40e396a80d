"""lathe reports, from the draft to the check of what was issued."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.cli import main
from tests import paying, shops
from tests.plugins.databases import OwnDatabase

Captured = pytest.CaptureFixture[str]
PARTY = ("--party", "arcueil", "--month", "2026-10")


def said(capsys: Captured, *arguments: str, code: int = 0) -> str:
    """Run a command; what it said on standard output, or on standard error where it fails."""
    capsys.readouterr()
    assert main.run(["reports", *arguments]) == code
    out, err = capsys.readouterr()
    return err if code else out


@pytest.fixture
def shop(own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> shops.Shop:
    opened = shops.opened()
    with clock.use(FixedClock(datetime(2026, 10, 5, tzinfo=UTC))):
        paying.paid(shops.placed(opened))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "_system", FixedClock(datetime(2026, 11, 1, 2, tzinfo=UTC)))
    return opened


def test_a_month_is_issued_listed_fetched_and_checked(shop: shops.Shop, capsys: Captured, tmp_path: Path) -> None:
    assert "Issued: 4" in said(capsys, "issue-all", "--month", "2026-10", "--workers", "1")
    assert "Issued: 0" in said(capsys, "issue-all", "--month", "2026-10", "--workers", "1")
    issued = json.loads(said(capsys, "list", "--json"))["issued"]
    assert {one["number"] for one in issued} == {f"{name}-000001" for name in ("statement", "dsr", "sales", "chart")}
    assert "dsr" in said(capsys, "list", "--month", "2026-10")
    said(capsys, "fetch", "dsr-000001", "--into", str(tmp_path / "out"))
    [file] = (tmp_path / "out").iterdir()
    assert "in order" in said(capsys, "check", str(file), "--issued")
    file.write_text(file.read_text().replace("2.09", "2.08", 1))
    assert "Not everything" in said(capsys, "check", str(file), code=1)


def test_a_draft_is_written_under_its_own_name_or_to_standard_output(shop: shops.Shop, capsys: Captured) -> None:
    assert "statement-draft_arcueil_2026-10_EUR.csv" in said(capsys, "make", "statement-csv", *PARTY)
    assert Path("statement-draft_arcueil_2026-10_EUR.csv").read_text().startswith("occurred_at,")
    assert "is not known" in said(capsys, "make", "payouts-sepa", "--month", "2026-10", "-o", "x.xml", code=1)
    assert list(Path().glob("*x.xml*")) == []


def test_particulars_open_the_way_to_the_bank(shop: shops.Shop, capsys: Captured) -> None:
    said(capsys, "particulars", "--shop", "--iban", "DE89 3704 0044 0532 0130 00")
    assert "lathe royalties settle" in said(capsys, "make", "payouts-sepa", "--month", "2026-10", code=1)
    assert main.run(["royalties", "settle", "2026-10"]) == 0
    assert "no IBAN of Arcueil" in said(capsys, "make", "payouts-sepa", "--month", "2026-10", code=1)
    said(
        capsys, "particulars", "--party", "arcueil", "--iban", "FR1420041010050500013M02606", "--holder", "Arcueil SARL"
    )
    assert "FR1420041010050500013M02606" in said(capsys, "particulars", "--party", "arcueil")
    said(capsys, "make", "payouts-sepa", "--month", "2026-10", "-o", "x.xml")
    assert ">1.46<" in Path("x.xml").read_text()
    assert "no IBAN" in said(capsys, "particulars", "--shop", "--iban", "DE00", code=1)


REFUSED = {
    ("make", "novel", *PARTY): "There is no report 'novel'",
    ("issue", "novel", *PARTY): "What is: statement",
    ("issue", "statement", "--month", "2026-10"): "--party NAME",
    ("issue", "chart", *PARTY): "no --party",
    ("issue", "statement", "--party", "arcueil", "--month", "2026-11"): "still runs",
    ("make", "dsr", *PARTY, "--currency", "USD"): "Nothing was ever posted in USD",
    ("fetch", "statement-9"): "There is no issue",
    ("fetch", "rubbish"): "There is no issue",
}


def test_what_cannot_be_done_is_said_in_words(shop: shops.Shop, capsys: Captured) -> None:
    for arguments, words in REFUSED.items():
        assert words in said(capsys, *arguments, code=1)
