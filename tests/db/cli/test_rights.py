"""What an operator asks and says of rights at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection

from lathe.accounts.models import Person
from lathe.catalogue.models import Release
from lathe.cli import main
from lathe.rights import sealing
from lathe.rights.guards import guards
from lathe.rights.models import Case, Deal, Decision
from tests import paying, shops
from tests.plugins.databases import OwnDatabase

Captured = pytest.CaptureFixture[str]
UPC = "4006381333931"


@pytest.fixture
def shop(own_database: OwnDatabase) -> shops.Shop:
    return shops.opened()


def said(capsys: Captured, *arguments: str, code: int = 0) -> str:
    """Run a command and return what it printed, on both channels."""
    assert main.run(["rights", *arguments]) == code, capsys.readouterr()
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_a_label_asks_why_and_gets_the_papers(shop: shops.Shop, capsys: Captured) -> None:
    order = paying.paid(shops.placed(shop, territory="FR", evidence={"address": "FR"}))
    day = f"{order.placed_at:%Y-%m-%d}"
    answer = said(capsys, "why", order.number.lower())
    assert "Gymnopédies: sold in FR" in answer
    assert "Signed by M. Editeur on 2020-01-01: grant.txt" in answer
    assert "Where the buyer was rests on: address." in answer
    assert "Not chained yet." in answer
    sealing.seal()
    [found] = json.loads(said(capsys, "why", "--isrc", "DEXX12400001", "--territory", "FR", "--day", day, "--json"))
    assert (found["document_sha256"], found["grantor"], found["link"]) == ("0" * 64, "Arcueil Éditions", 1)
    assert found["doubts"] == []
    assert "Nothing of it was sold there" in said(capsys, "why", "--upc", UPC, "--territory", "DE", "--day", day)


def test_what_is_wanting_is_told_for_the_buyer_and_for_the_label(shop: shops.Shop, capsys: Captured) -> None:
    assert "For sale in DE: by the deal" in said(capsys, "check", UPC, "--territory", "DE")
    answer = said(capsys, "check", UPC, "--track", "3", "--territory", "us", code=1)
    assert "The buyer reads: Not sold in your country." in answer
    assert "For the label: The deals leave this territory out." in answer
    before = said(capsys, "check", UPC, "--territory", "DE", "--at", "2019-12-31", "--json", code=1)
    assert [one["code"] for one in json.loads(before)["reasons"]] == ["grant_window", "deal_window"]
    assert "is no day or time" in said(capsys, "check", UPC, "--territory", "DE", "--at", "soon", code=1)


def test_an_order_of_before_decisions_were_kept_says_so(shop: shops.Shop, capsys: Captured) -> None:
    order = shops.placed(shop)
    guards.drop(connection)
    Decision.objects.all().delete()
    answer = said(capsys, "why", order.number)
    assert "Lines without a decision: 1 of 1" in answer
    assert "Nothing of it" not in answer


def test_a_deal_that_was_changed_since_is_pointed_out(shop: shops.Shop, capsys: Captured) -> None:
    order = paying.paid(shops.placed(shop))
    Deal.objects.filter(track=None).update(price_minor=1, floor_minor=0)
    assert "ATTENTION: The deal" in said(capsys, "why", order.number)


def test_the_chain_is_proved_and_its_break_is_an_exit_code(shop: shops.Shop, capsys: Captured) -> None:
    paying.paid(shops.placed(shop))
    assert "Not chained yet: 1, the oldest of" in said(capsys, "verify")
    sealing.seal()
    assert "1 decisions are chained, and the chain holds." in said(capsys, "verify")
    guards.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rights_decision SET territory = 'FR'")
    answer = said(capsys, "verify", code=1)
    assert "BROKEN. Link 1: the columns" in answer
    assert "Guards are missing" in answer
    assert json.loads(said(capsys, "verify", "--json", code=1))["is_sound"] is False


def test_terms_by_hand_and_from_a_table(shop: shops.Shop, capsys: Captured, tmp_path: Path) -> None:
    assert "has the deal" in said(capsys, "deal", "add", UPC, "--price", "9.99EUR", "--in", "2123", "--out", "FR")
    assert "'2120' is Europe" in said(capsys, "deal", "add", UPC, "--price", "9.99EUR", "--in", "2120", code=1)
    assert "9.99" in said(capsys, "deal", "list", UPC)
    uid = json.loads(said(capsys, "deal", "list", UPC, "--json"))[-1]["uid"]
    assert "was taken back" in said(capsys, "deal", "end", uid)
    assert "was taken back already" in said(capsys, "deal", "end", uid, code=1)
    table = tmp_path / "deals.csv"
    table.write_text(f"upc,price,starts\n{UPC},8.99EUR,2026-01-01\n{UPC},nothing,2026-01-01\n", encoding="utf-8")
    assert "Nothing was imported; 1 to put right" in said(capsys, "import-deals", str(table), code=1)
    table.write_text(f"upc,price_code,starts\n{UPC},MID,2026-01-01\n", encoding="utf-8")
    assert "1 deals imported" in said(capsys, "import-deals", str(table))
    table.write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in said(capsys, "import-deals", str(table), code=1)
    assert "MID comes to" in said(
        capsys, "rate", "add", "MID", "9.99EUR", "--wholesale", "6.50EUR", "--territory", "DE"
    )
    assert "MID DE:" in said(capsys, "rate", "list")


def test_a_case_from_its_claim_to_its_end(shop: shops.Shop, capsys: Captured) -> None:
    paying.paid(shops.placed(shop))
    claim = ("--claimant", "Signal GmbH", "--email", "legal@signal.example", "--claim", "Ours")
    assert "Case 1: the sale of Gymnopédies is stopped" in said(capsys, "takedown", "open", UPC, *claim)
    assert "open already" in said(capsys, "takedown", "open", UPC, *claim, code=1)
    assert "Stop signs taken down: 0." in said(capsys, "lift", UPC)
    shown = said(capsys, "takedown", "show", "1")
    assert "3. " in shown
    assert "In escrow: 1.463000 EUR" in shown
    assert "1  " in said(capsys, "takedown", "list")
    stranger = Person.objects.create_user("stranger@example.org")
    by = ("--by", stranger.email, "--note", "Not theirs")
    assert "does not run this shop" in said(capsys, "takedown", "refund", "1", *by, code=1)
    Person.objects.filter(pk=stranger.pk).update(is_operator=True)
    assert "orders refunded: 1." in said(capsys, "takedown", "refund", "1", *by)
    assert Case.objects.get().state == Case.State.REFUNDED
    assert "There is no takedown case 7" in said(capsys, "takedown", "reinstate", "7", "--note", "x", code=1)


def test_an_embargo_by_day_ends_at_midnight_where_the_shop_is_at_home(shop: shops.Shop, capsys: Captured) -> None:
    assert "hidden until 2026-12-23 23:00 UTC" in said(capsys, "embargo", UPC, "--until", "2026-12-24")
    assert "hidden until 2026-12-24 17:00 UTC" in said(capsys, "embargo", UPC, "--until", "2026-12-24T18:00+01:00")
    assert "under no embargo" in said(capsys, "embargo", UPC, "--lift")
    assert Release.objects.get(upc=UPC).embargo_until is None
    assert "Say --until WHEN, or --lift" in said(capsys, "embargo", UPC, code=2)
