"""Decisions that led to a sale: kept with their papers, chained, proved, and never changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lathe.basics import chain, clock
from lathe.basics.clock import FixedClock
from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.rights import actions, sealing
from lathe.rights.actions import DealFacts, GrantFacts
from lathe.rights.guards import guards
from lathe.rights.models import Decision, Grant, Seal
from lathe.sales import baskets, decided, gifts, orders
from lathe.sales.errors import OrderRefused
from lathe.sales.gifts import Gift
from lathe.sales.models import Order, OrderLine
from lathe.sales.quotes import Asker
from tests import shops
from tests.paying import paid

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    with clock.use(FixedClock(MOMENT)):
        yield


def test_an_order_keeps_what_it_was_decided_on_and_nothing_of_the_buyer() -> None:
    shop = shops.opened()
    stop = actions.suspend(release=shop.release, reason="claim")
    actions.lift(release=shop.release)
    order = shops.placed(shop, track=shop.tracks[0], territory="FR", evidence={"stated": "FR", "address": "FR"})
    [line] = order.lines.all()
    kept = Decision.objects.get(line_uid=line.uid)
    said = json.loads(kept.content)
    assert (said["territory"], said["evidence"], said["storefront"]) == ("FR", ["address", "stated"], "main")
    assert (said["at"], said["use"], said["rules"]) == ("2026-03-14T15:09:26+00:00", "PermanentDownload", 1)
    assert (said["deal"], said["grant"]) == (str(line.deal_uid), str(line.grant_uid))
    assert said["document_sha256"] == "0" * 64
    assert said["stops"] == [[stop.id, "2026-03-14T15:09:26+00:00", "2026-03-14T15:09:26+00:00"]]
    assert "@" not in kept.content


def test_a_gift_rests_on_a_decision_too() -> None:
    shop = shops.opened()
    order = shops.placed(shop)
    gift = Gift(shop.storefront, shops.buyer("friend@example.com"), shop.release, baskets.parse("flac"), "thanks", "k")
    gifts.give_music(gift)
    assert Decision.objects.count() == 2
    assert Order.objects.exclude(id=order.id).get().lines.get().uid in set(
        Decision.objects.values_list("line_uid", flat=True)
    )


def test_the_sealer_chains_each_decision_once_and_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    shop = shops.opened()
    for track in shop.tracks:
        shops.placed(shop, track=track)
    assert sealing.verify().unsealed == 3
    assert sealing.seal() == 3
    assert sealing.seal() == 0
    found = sealing.verify()
    links = list(Seal.objects.order_by("number").values_list("decision__content", "digest"))
    assert chain.first_break(links) is None
    assert (found.sealed, found.head, found.broken, found.unsealed) == (3, links[-1][1], "", 0)


def test_the_unsealed_tail_is_reported_with_the_moment_of_its_oldest() -> None:
    shop = shops.opened()
    shops.placed(shop)
    sealing.seal()
    shops.placed(shop, track=shop.tracks[0])
    found = sealing.verify()
    assert (found.sealed, found.unsealed, found.unsealed_since) == (1, 1, MOMENT)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE rights_decision SET content = replace(content, 'FR', 'DE')", "Link 1 does not follow"),
        ("UPDATE rights_decision SET territory = 'DE'", "Link 1: the columns of the decision"),
        ("UPDATE rights_seal SET digest = '0' WHERE number = 2", "Link 2 does not follow"),
        ("DELETE FROM rights_seal WHERE number = 1", "Link 1 is missing"),
    ],
)
def test_a_change_behind_the_guards_is_named_at_the_first_link_it_touches(sql: str, says: str) -> None:
    shop = shops.opened()
    for track in shop.tracks:
        shops.placed(shop, track=track, territory="FR")
    sealing.seal()
    guards.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert says in sealing.verify().broken
    guards.install(connection)


CHANGES = [
    "UPDATE rights_decision SET territory = 'US'",
    "UPDATE rights_seal SET digest = ''",
    "DELETE FROM rights_seal",
    "DELETE FROM rights_decision",
]
REPLACING = [
    "INSERT OR REPLACE INTO rights_decision SELECT * FROM rights_decision",
    (
        "INSERT OR REPLACE INTO rights_decision (uid, line_uid, order_uid, release_uid, territory, at, content)"
        " SELECT 'x', line_uid, order_uid, release_uid, 'US', at, content FROM rights_decision"
    ),
    (
        "REPLACE INTO rights_decision (rowid, uid, line_uid, order_uid, release_uid, territory, at, content)"
        " SELECT rowid, 'x', 'y', order_uid, release_uid, 'US', at, content FROM rights_decision"
    ),
    "INSERT OR REPLACE INTO rights_seal SELECT number, 'x', sealed_at, decision_id FROM rights_seal",
    (
        "REPLACE INTO rights_seal (number, digest, sealed_at, decision_id)"
        " SELECT 9, 'x', sealed_at, decision_id FROM rights_seal"
    ),
    (
        "REPLACE INTO rights_seal (rowid, number, digest, sealed_at, decision_id)"
        " SELECT rowid, 9, 'x', sealed_at, decision_id + 9 FROM rights_seal"
    ),
]


def refuse(sql: str) -> None:
    def attempt() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    with pytest.raises(IntegrityError, match=r"rights: (a row is|rows are) never"):
        attempt()


def sealed() -> None:
    shops.placed(shops.opened())
    sealing.seal()


@pytest.mark.parametrize("sql", CHANGES)
def test_the_database_refuses_to_change_or_remove_what_was_decided(sql: str) -> None:
    sealed()
    refuse(sql)


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("sql", REPLACING)
def test_sqlite_refuses_to_replace_what_was_decided(sql: str) -> None:
    sealed()
    refuse(sql)


TERMS = st.builds(
    TerritorySet,
    st.frozensets(st.sampled_from(["DE", "FR", "US"]), max_size=2),
    st.frozensets(st.sampled_from(["FR", "US"]), max_size=1),
)
DAYS = st.integers(-2, 2).map(lambda days: MOMENT.date() + timedelta(days=days))


@given(st.lists(st.tuples(TERMS, DAYS, st.none() | DAYS), max_size=3), TERMS, st.sampled_from(["DE", "FR", "US"]))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_the_contracts_no_sale_is_without_its_decision(
    deals: list[tuple[TerritorySet, object, object]], mandate: TerritorySet, territory: str
) -> None:
    class Undone(Exception):
        """Takes everything back, so that the next example begins in an empty shop."""

    def example() -> None:
        shop = shops.opened()
        Grant.objects.all().delete()
        long_ago = shops.LONG_AGO
        facts = GrantFacts("1" * 64, "g.pdf", mandate, "M. E.", long_ago, long_ago)
        actions.record_grant(grantor=shop.label, facts=facts)
        wanted = tuple(
            DealFacts(None, Money(249, "EUR"), None, None, places, start, end)  # type: ignore[arg-type]
            for places, start, end in deals
            if end is None or end >= start  # type: ignore[operator]
        )
        actions.replace_deals(release=shop.release, deals=wanted)
        filled = shops.basket(shop)
        covered = [
            deal
            for deal in wanted
            if territory in deal.territories
            and deal.starts_on <= MOMENT.date()
            and (deal.ends_on is None or MOMENT.date() <= deal.ends_on)
        ]
        sellable = bool(covered) and territory in mandate
        try:
            order = orders.place(shops.checkout(shop, filled, territory=territory))
        except OrderRefused:
            assert not sellable
            assert not OrderLine.objects.exists()
            assert not Decision.objects.exists()
        else:
            assert sellable
            paid(order)
            assert decided.without_decision() == []
            assert Decision.objects.get().line_uid == order.lines.get().uid
        raise Undone

    def undone() -> None:
        with transaction.atomic():
            example()

    with pytest.raises(Undone):
        undone()


def test_a_basket_that_may_not_be_sold_leaves_no_decision() -> None:
    shop = shops.opened()
    filled = shops.basket(shop, track=shop.tracks[2])
    assert baskets.view(filled, Asker(shop.storefront, "US")).refused
    with pytest.raises(OrderRefused):
        orders.place(shops.checkout(shop, filled, territory="US"))
    assert not Decision.objects.exists()
