"""What an operator does at the terminal: open a shop, bring in music, help a buyer, read books, look for trouble."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from lathe.accounts import actions as people
from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.catalogue.models import Release
from lathe.cli import main
from lathe.ledger import queries as ledger
from lathe.ledger.guards import guards
from lathe.mail.models import Letter
from lathe.reports.rules import Month
from lathe.sales.models import Order
from lathe.storefronts.models import Storefront
from tests import paying, shops
from tests.db.ingest import music
from tests.plugins.databases import OwnDatabase

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def shop(own_database: OwnDatabase) -> OwnDatabase:
    return own_database


def said(capsys: Captured, *arguments: str, code: int = 0) -> str:
    """Run a command and return what it printed."""
    assert main.run(list(arguments)) == code, capsys.readouterr()
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def findings(capsys: Captured, code: int = 1) -> dict[str, str]:
    capsys.readouterr()
    assert main.run(["doctor", "--json"]) == code
    return {one["what"]: one["state"] for one in json.loads(capsys.readouterr().out)["findings"]}


INIT = ("init", "--name", "Corner Records", "--email", "Clara@Example.org", "--country", "fr", "--currency", "eur")


def test_init_opens_a_shop_once(shop: OwnDatabase, capsys: Captured) -> None:
    said(capsys, *INIT)
    front = Storefront.objects.get()
    assert (front.name, front.seller, front.home_territory, front.currency) == (
        "Corner Records",
        "Corner Records",
        "FR",
        "EUR",
    )
    operator = Person.objects.get()
    assert (operator.email, operator.is_operator, operator.has_usable_password()) == ("clara@example.org", True, False)
    assert "already" in said(capsys, *INIT, code=1)
    assert Storefront.objects.count() == 1


def test_init_with_a_weak_password_opens_nothing(shop: OwnDatabase, capsys: Captured) -> None:
    assert "too short" in said(capsys, *INIT, "--password", "short", code=1)
    assert not Storefront.objects.exists()
    assert not Person.objects.exists()


def test_import_tells_programs_everything(shop: OwnDatabase, tmp_path: Path, capsys: Captured) -> None:
    said(capsys, *INIT)
    folder = music.release(tmp_path / "music")
    (folder / "03.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(413))
    mandate = music.mandated(tmp_path)
    terms = ("--label", "Arcueil", "--grant", str(mandate), "--price", "0.99EUR", "--signed-on", "2025-01-01")
    assert main.run(["import", str(folder), *terms, "--json"]) == main.FAILED
    report = json.loads(capsys.readouterr().out)
    assert report["counts"] == {"accepted": 2, "lossy": 1}
    assert report["releases"][0]["is_for_sale"]
    (folder / "03.mp3").unlink()
    shown = said(capsys, "import", str(folder))
    assert "Gymnopédies (already there)" in shown
    assert "2 files: 2 already there." in shown


def test_without_a_shop_the_way_to_one_is_told(tmp_path: Path, capsys: Captured) -> None:
    music.release(tmp_path / "music", titles=("One",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lathe.cli.shop.pending", lambda: None)
        assert "Make one with `lathe init`" in said(capsys, "import", str(tmp_path / "music"), code=1)


def test_an_older_database_is_not_served(capsys: Captured) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lathe.cli.shop.pending", lambda: ["sales.0002_more"])
        assert "run `lathe upgrade`" in said(capsys, "serve", "--port", "0", code=1)


def test_of_several_who_open_a_shop_at_once_one_does_and_the_others_are_told(tmp_path: Path) -> None:
    options = ("--name", "Corner", "--email", "you@example.org", "--country", "DE", "--currency", "EUR")
    environ = {**os.environ, "LATHE_HOME": str(tmp_path / "home"), "LATHE_DATABASE_URL": ""}
    command = [sys.executable, "-m", "lathe.cli.main", "init", *options]
    asked = [
        subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    said = sorted(one.communicate(timeout=60)[1] for one in asked)

    assert sorted(one.returncode for one in asked) == [0, main.FAILED, main.FAILED]
    assert said[0] == ""
    assert all("There is a shop in" in text for text in said[1:])


def test_an_operator_comes_and_goes(shop: OwnDatabase, capsys: Captured) -> None:
    said(capsys, "operator", "clara@example.org")
    assert Person.objects.get().is_operator
    said(capsys, "operator", "clara@example.org", "--revoke")
    assert not Person.objects.get().is_operator
    assert "not an e-mail address" in said(capsys, "operator", "clara", code=1)


def test_credit_is_in_the_books_once_a_key(shop: OwnDatabase, capsys: Captured) -> None:
    credit = ("credit", "nadia@example.org", "10.00EUR", "--reason", "Goodwill", "--key", "ticket-7")
    assert "10.00" in said(capsys, *credit)
    assert "10.00" in said(capsys, *credit)
    assert str(ledger.buyer_balance(Person.objects.get().uid, "EUR")) == "10.00EUR"
    assert "more than nothing" in said(capsys, "credit", "nadia@example.org", "0EUR", "--reason", "x", code=1)


def test_a_statement_equals_the_ledger_for_people_and_programs(shop: OwnDatabase, capsys: Captured) -> None:
    opened = shops.opened()
    paying.paid(shops.placed(opened, track=opened.tracks[0]))
    asked = ("report", "statement", "--party", "Arcueil Éditions", "--month", str(Month.of(clock.now())))
    told = json.loads(said(capsys, *asked, "--json"))
    assert told["closing"] == told["earned"] == told["lines"][0]["owed"]
    assert "Owed after:" in said(capsys, *asked)
    rows = said(capsys, *asked, "--csv").splitlines()
    assert rows[0].startswith("occurred_at,kind,order,")
    assert rows[1].endswith(told["earned"])
    assert "There are: Arcueil Éditions" in said(
        capsys, "report", "statement", "--party", "Nobody", "--month", "2026-10", code=1
    )


def test_doctor_finds_what_was_broken_and_upgrade_mends_it(shop: OwnDatabase, tmp_path: Path, capsys: Captured) -> None:
    said(capsys, *INIT)
    said(capsys, "import", str(music.release(tmp_path / "music", titles=("One",))))
    well = findings(capsys, code=0)
    assert {"encoder flac", "ledger", "masters", "clock", "secret"} <= well.keys()
    master = Release.objects.get().tracks.get().master
    (shop.home / "masters" / master.object_key).unlink()
    guards.drop(connection)
    ill = findings(capsys)
    assert (ill["masters"], ill["ledger"]) == ("wrong", "wrong")
    said(capsys, "upgrade")
    said(capsys, "import", str(tmp_path / "music"))
    assert findings(capsys, code=0)["masters"] == "ok"


def test_a_worker_does_what_is_due(shop: OwnDatabase, capsys: Captured) -> None:
    opened = shops.opened()
    paying.paid(shops.placed(opened))
    assert "Jobs done: " in said(capsys, "worker", "--once")
    assert Letter.objects.get().sent_at is not None


def test_music_is_given_once_and_its_links_are_those_of_the_library(shop: OwnDatabase, capsys: Captured) -> None:
    shops.opened()
    give = ("library", "give", "nadia@example.org", "gymnopedies", "--format", "mp3:cbr=320", "--reason", "Goodwill")
    assert "A letter says so" in said(capsys, *give)
    assert "A letter says so" in said(capsys, *give)
    assert "already" in said(capsys, *give[:-1], "Again", "--key", "another")
    assert Order.objects.count() == 1
    asked = ("library", "links", "nadia@example.org", "--format", "opus:128")
    told = json.loads(said(capsys, *asked, "--json"))
    assert [(file["number"], file["format"], file["size"], file["sha256"]) for file in told] == [
        (number, "opus:128", None, None) for number in (1, 2, 3)
    ]
    assert [_unsigned(url) for url in said(capsys, *asked).split()] == [_unsigned(file["url"]) for file in told]
    assert "<metalink" in said(capsys, *asked, "--as", "links.meta4")
    assert "Usage" in said(capsys, *asked, "--as", "nonsense", code=2)
    assert "owns nothing that covers flac" in said(capsys, *asked[:-1], "flac", code=1)
    assert "Nobody here" in said(capsys, "library", "links", "nobody@example.org", code=1)
    assert "no release" in said(capsys, *give[:3], "nonsense", "--reason", "x", code=1)


def _unsigned(url: str) -> list[str]:
    """A link without its signature, which tells the second it was made in."""
    scope, _, _, name = re.split("[:/]", url.partition("/d/")[2])
    return [scope, name]


def test_a_gift_that_cannot_be_given_makes_no_person(shop: OwnDatabase, capsys: Captured) -> None:
    shops.opened()
    give = ("library", "give", "nadia@example.org", "--reason", "Goodwill")
    assert "There is no release “nothing”" in said(capsys, *give, "nothing", code=1)
    assert "Nobody here has the address" in said(capsys, "library", "links", "nadia@example.org", code=1)


def test_who_owns_nothing_is_told_so_to_the_operator(shop: OwnDatabase, capsys: Captured) -> None:
    shops.opened()
    people.for_email(email="nadia@example.org")
    assert "nadia@example.org owns nothing." in said(capsys, "library", "links", "nadia@example.org", code=1)
    covered = said(capsys, "library", "links", "nadia@example.org", "--format", "flac", code=1)
    assert "owns nothing that covers flac." in covered
