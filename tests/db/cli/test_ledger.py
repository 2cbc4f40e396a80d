"""`lathe ledger`: what operators and their accountants do with the books at the terminal."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from django.db import connection

from lathe.cli import main
from lathe.ledger import queries as ledger
from lathe.ledger.models import Period
from lathe.royalties import actions as royalties
from lathe.royalties.rules import periods
from lathe.sales.models import Order
from tests import paying, shops
from tests.db.reports.test_oss import sold
from tests.plugins.databases import OwnDatabase

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def shop(own_database: OwnDatabase) -> shops.Shop:
    return shops.opened()


def said(capsys: Captured, *arguments: str, code: int = 0) -> str:
    """Run `lathe ledger …` and return what it printed."""
    capsys.readouterr()
    assert main.run(["ledger", *arguments]) == code, capsys.readouterr()
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_check_counts_what_it_looked_at_and_names_what_waits(shop: shops.Shop, capsys: Captured) -> None:
    paying.paid(shops.placed(shop))
    shown = said(capsys, "check")
    assert "1 transactions wait for their seal" in shown
    assert "The books are sound." in shown
    assert "1 transactions were sealed" in said(capsys, "seal")
    report = json.loads(said(capsys, "check", "--json"))
    assert (report["sound"], report["transactions"], report["seals"], report["unsealed"]) == (True, 1, 1, 0)
    assert len(report["head"]) == 64


def test_the_check_fails_where_something_is_wrong_and_totals_are_made_anew(shop: shops.Shop, capsys: Captured) -> None:
    paying.paid(shops.placed(shop))
    said(capsys, "seal")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_daytotal SET amount_micro = amount_micro + 7")
    assert main.run(["ledger", "check"]) == main.FAILED
    assert "lathe ledger rebuild" in capsys.readouterr().out
    assert "day totals were made" in said(capsys, "rebuild")
    said(capsys, "check")


def test_a_month_closes_once_it_is_over(shop: shops.Shop, capsys: Captured) -> None:
    sold(shop, date(2025, 8, 30), "FR")
    assert "2025-08 is closed, at seal 1" in said(capsys, "close", "2025-08")
    assert str(Period.objects.get()) == "2025-08"
    assert "close 2025-09 first" in said(capsys, "close", "2025-10", code=1)
    assert "write for example 2026-10" in said(capsys, "close", "October", code=1)


def test_the_chart_shows_every_number_and_what_stands_on_it(shop: shops.Shop, capsys: Captured) -> None:
    paying.paid(shops.placed(shop))
    shown = said(capsys, "accounts")
    assert "4400  Revenue: the shop's part of sales" in shown
    assert "-0.627000 EUR" in shown
    assert "1800  Bank" in shown
    balances = rows(said(capsys, "accounts", "--csv"))
    assert [(row["number"], row["balance"]) for row in balances if row["kind"] == "liability"] == [
        ("3310", "-1.463000"),
        ("3806", "-0.400000"),
    ]
    assert rows(said(capsys, "accounts", "--csv", "--on", "2020-01-01")) == []


def test_the_journal_has_a_line_a_posting_with_debit_and_credit(shop: shops.Shop, capsys: Captured) -> None:
    paying.paid(shops.placed(shop))
    said(capsys, "seal")
    lines = rows(said(capsys, "export", "--csv"))
    assert len(lines) == 5
    assert {line["invoice"] for line in lines} == {f"S{ledger.transaction(lines[0]['key']).booked_at.year}-000001"}  # type: ignore[union-attr]
    sums = [sum(round(float(line[side] or 0) * 1e6) for line in lines) for side in ("debit", "credit")]
    assert sums == [2_490_000, 2_490_000]
    assert said(capsys, "export", "--beancount").startswith('option "title" "Lathe"\n')
    assert len(rows(said(capsys, "export", "--balances"))) == 5


def test_an_export_says_what_there_is_to_choose(shop: shops.Shop, capsys: Captured) -> None:
    assert "Choose --beancount, --csv or --balances." in said(capsys, "export", code=2)


def test_the_vat_return_is_printed_for_people_and_programs(shop: shops.Shop, capsys: Captured) -> None:
    sold(shop, date(2026, 10, 5), "FR")
    assert "VAT to pay: 0.41" in said(capsys, "oss", "2026-Q4", "--home", "de")
    assert rows(said(capsys, "oss", "2026-Q4", "--home", "DE", "--csv")) == [
        {
            "part": "supply",
            "period": "2026-Q4",
            "country": "FR",
            "rate_percent": "20",
            "taxable_eur": "2.08",
            "vat_eur": "0.41",
        }
    ]
    assert "write for example 2026-Q4" in said(capsys, "oss", "2026", code=1)


def test_money_goes_to_the_bank_and_on_to_the_label_and_the_tax_office(shop: shops.Shop, capsys: Captured) -> None:
    sold(shop, date(2026, 10, 5), "DE")
    assert "Pay at most that" in said(capsys, "payout", shop.label.name, "1.46EUR", "--key", "0", code=1)
    royalties.settle(party_uid=shop.label.uid, period=periods.Period.parse("2026-10"), currency="EUR")
    for _ in range(2):
        assert "Booked: 2.00EUR from demo" in said(capsys, "transfer", "demo", "2.00EUR", "--key", "1")
        assert "0.000000 EUR are left" in said(capsys, "payout", shop.label.name, "1.46EUR", "--key", "1")
        assert "Booked: 0.40EUR of tax for DE" in said(capsys, "tax", "de", "0.40EUR", "--key", "1")
    assert ledger.balance("assets:bank", "EUR") == 140_000
    assert "Pay at most that" in said(capsys, "payout", shop.label.name, "0.01EUR", "--key", "2", code=1)
    assert "other content" in said(capsys, "transfer", "demo", "2.01EUR", "--key", "1", code=1)


def test_a_balance_is_written_off_whole_and_once(shop: shops.Shop, capsys: Captured) -> None:
    paying.paid(shops.placed(shop))
    asked = ("write-off", "assets:processor:demo", "eur", "--key", "1", "--reason", "Provider insolvent")
    for _ in range(2):
        assert "stands at nothing in EUR" in said(capsys, *asked)
    assert ledger.balance("expenses:written-off", "EUR") == 2_205_140
    again = (*asked[:4], "2", *asked[5:])
    assert "nothing to write off" in said(capsys, *again, code=1)
    assert "neither" in said(capsys, "write-off", "income:margin", "EUR", "--key", "3", "--reason", "x", code=1)


def test_a_conversion_keeps_its_rate_source_and_day(shop: shops.Shop, capsys: Captured) -> None:
    paying.paid(shops.placed(shop))
    said(capsys, "transfer", "demo", "2.00EUR", "--key", "1")
    asked = ("convert", "1.00EUR", "usd", "--rate", "1.0845", "--on", "2026-10-30", "--source", "ECB", "--key", "1")
    for _ in range(2):
        assert "at 1 EUR = 1.0845 USD" in said(capsys, *asked)
    kept = ledger.transaction("conversion:1")
    assert kept is not None
    assert (kept.rate, kept.rate_source, kept.rate_on) == ("1 EUR = 1.0845 USD", "ECB", date(2026, 10, 30))
    assert (ledger.balance("assets:bank", "EUR"), ledger.balance("assets:bank", "USD")) == (1_000_000, 1_084_500)
    assert "cannot be converted" in said(capsys, *asked[:1], "1.01EUR", *asked[2:-1], "2", code=1)
    said(capsys, "check")


def test_a_rate_is_kept_once(shop: shops.Shop, capsys: Captured) -> None:
    asked = ("rate", "usd", "1.0845", "--on", "2026-12-31", "--source", "ECB")
    for _ in range(2):
        assert "Kept: 1 EUR = 1.0845 USD on 2026-12-31, by ECB." in said(capsys, *asked)
    assert "A rate is never changed" in said(capsys, *asked[:2], "1.09", *asked[3:], code=1)
    assert "write for example 1.0845" in said(capsys, *asked[:2], "cheap", *asked[3:], code=1)


def test_a_chargeback_is_booked_by_hand(shop: shops.Shop, capsys: Captured) -> None:
    order = paying.paid(shops.placed(shop))
    assert "was charged back" in said(capsys, "charge-back", order.number, "--fee", "15.00EUR")
    order.refresh_from_db()
    assert order.state == Order.State.CHARGEBACK
    assert ledger.balance("expenses:chargebacks:demo", "EUR") == 15_000_000
    assert "There is no order 'NONE'" in said(capsys, "charge-back", "NONE", code=1)
    assert "The fee is in the currency" in said(capsys, "charge-back", order.number, "--fee", "15.00USD", code=1)
