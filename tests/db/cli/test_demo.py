"""The demo shop: everything in it came by the real path, and loading it again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from lathe.accounts.models import PartyRole, Person
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.catalogue.models import Party, Release
from lathe.cli import main
from lathe.cli.demo import load, people, source, story
from lathe.delivery.models import Entitlement
from lathe.ingest import sidecar
from lathe.ingest.actions import Watch
from lathe.ledger import checks
from lathe.ledger import queries as ledger
from lathe.ledger.models import Period
from lathe.mail.models import Letter
from lathe.reports import auditing, statements
from lathe.reports.models import Issue
from lathe.rights import queries as rights
from lathe.rights.rules import No, Yes
from lathe.sales.models import Order, OrderLine, Refund
from lathe.storefronts.models import Storefront
from tests.plugins.databases import OwnDatabase

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def test_the_story_is_the_same_every_time_and_lies_in_the_past() -> None:
    told = list(story.events(NOON))
    assert told == list(story.events(NOON))
    assert len({event.basket_uid for event in told}) == story.ORDERS
    assert all(NOON - timedelta(days=story.DAYS + 1) < event.at < NOON for event in told)
    assert len({event.territory for event in told}) > 5
    assert len({event.format for event in told}) > 4


def test_the_same_listener_always_lives_in_the_same_country() -> None:
    homes = {(event.email, event.territory) for event in story.events(NOON)}
    assert len(homes) == len({email for email, _ in homes})


def test_every_sidecar_of_the_demo_is_without_fault() -> None:
    found = sorted((source.find(None) / source.MASTERS).glob(f"*/{sidecar.NAME}"))
    read = [sidecar.read(path) for path in found]
    assert len({note.upc for note in read}) == 4
    isrcs = [track.isrc for note in read for track in note.tracks]
    assert len(set(isrcs)) == 7


def test_the_demo_comes_from_a_folder_that_has_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["demo", "--no-serve", "--port", "0", "--from", str(tmp_path)]) == main.FAILED
    assert "There is no demo music" in capsys.readouterr().err


def test_a_shop_of_ones_own_is_left_alone(own_database: OwnDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    Storefront.objects.create(code="main", name="Mine", seller="Me", contact_email="me@example.org")
    assert main.run(["demo", "--no-serve", "--port", "0"]) == main.FAILED
    assert "There is a shop of your own" in capsys.readouterr().err
    assert not Release.objects.exists()


class Stopped(Exception):
    """Somebody stopped the demo while it was loading."""


def stopping_after(steps: int) -> Callable[[], None]:
    """Something to call after each step, which stops at the last of them."""
    left = iter(range(steps))

    def step() -> None:
        if next(left, None) is None:
            raise Stopped

    return step


def test_the_demo_shop_stands_and_stays(own_database: OwnDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    load.music(source.find(None), Watch())
    with pytest.raises(Stopped):
        load.past(stopping_after(20))
    assert 0 < Order.objects.count() <= 21
    assert main.run(["demo", "--no-serve", "--port", "0"]) == 0
    printed = capsys.readouterr().out
    assert all(account.email in printed for account in people.ACCOUNTS)
    assert people.PASSWORD in printed
    _check_music()
    _check_people()
    _check_sales()
    _check_months()
    before = _rows()
    assert main.run(["demo", "--no-serve", "--port", "0"]) == 0
    assert _rows() == before


def _check_music() -> None:
    assert sorted(Release.objects.values_list("title", flat=True)) == [
        "Gymnopédies",
        "Pineapple Rag",
        "Préludes, op. 28",
        "Suite pour violoncelle nº 1, BWV 1007",
    ]
    bach = Release.objects.get(upc="9520000000028")
    gigue = bach.tracks.get(title="Gigue")
    for territory, whole, alone in (("DE", Yes, Yes), ("US", No, No)):
        answer = rights.of_release(bach, territory, clock.now())
        assert isinstance(answer.release, whole)
        assert isinstance(answer.tracks[gigue.id], alone)


def _check_people() -> None:
    operator, label, buyer = (Person.objects.get(email=account.email) for account in people.ACCOUNTS)
    assert operator.is_operator
    assert not label.is_operator
    assert all(person.check_password(people.PASSWORD) for person in (operator, label, buyer))
    assert PartyRole.objects.get(person=label).party_uid == Party.objects.get(name=people.LABEL).uid
    assert ledger.buyer_balance(buyer.uid, "EUR") == Money(2000, "EUR")
    assert {owned.release.title for owned in Entitlement.objects.filter(person=buyer)} == {"Gymnopédies"}


def _check_months() -> None:
    closed = set(Period.objects.values_list("first_day", flat=True))
    assert len(closed) >= 3
    assert clock.today().replace(day=1) not in closed
    for party in Party.objects.all():
        issued = set(Issue.objects.filter(party_uid=party.uid, series="statement").values_list("month", flat=True))
        assert issued == closed
    assert not auditing.audit().findings


def _check_sales() -> None:
    states = Counter(Order.objects.values_list("state", flat=True))
    assert states == {"paid": story.ORDERS, "refunded": 1}
    assert Refund.objects.get().order.state == "refunded"
    assert not Letter.objects.filter(sent_at__isnull=True).exists()
    assert checks.check().is_sound
    for party in Party.objects.all():
        months = statements.months(party, "EUR")
        assert len(months) >= 3
        shown = [statements.statement(party, month, "EUR") for month in months]
        assert sum(one.earned_micro + one.other_micro for one in shown) == shown[0].closing_micro
    maple = Party.objects.get(name="Maple Street Records")
    assert {line.wholesale_micro for line in OrderLine.objects.filter(party_uid=maple.uid)} == {450_000}


def _rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything that stands in the database, by table."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if not name.startswith("django_")]
        rows = {}
        for name in tables:
            cursor.execute(f'SELECT * FROM "{name}"')
            rows[name] = sorted(cursor.fetchall(), key=repr)
    return rows
