"""Availability of whole lists in a fixed number of queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from lathe.basics import clock
from lathe.catalogue.models import Release
from lathe.rights import queries
from lathe.rights.models import Deal, Suspension
from lathe.rights.reasons import Reason
from lathe.rights.rules import No, Yes
from tests import shops

pytestmark = pytest.mark.django_db


def page_of(shop: shops.Shop, count: int) -> list[Release]:
    """So many releases, each with a deal of its own."""
    for number in range(count - 1):
        more = Release.objects.create(
            upc=f"{number}", slug=f"{number}", title="More", label=shop.label, released_on=shop.release.released_on
        )
        Deal.objects.create(release=more, price_minor=100, starts_on=shops.LONG_AGO)
    return list(Release.objects.all())


def test_a_page_of_fifty_costs_as_many_queries_as_one_release(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shop = shops.opened()
    everything = page_of(shop, 50)
    with django_assert_num_queries(4):
        queries.of_release(shop.release, "DE", clock.now())
    with django_assert_num_queries(4):
        assert len(queries.availabilities(everything, "DE", clock.now())) == 50


def test_the_rate_card_costs_a_page_one_query_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    everything = page_of(shops.opened(), 50)
    Deal.objects.update(price_minor=None, floor_minor=0, price_code="MID")
    with django_assert_num_queries(5):
        queries.availabilities(everything, "DE", clock.now())


def test_deals_carry_the_release_and_its_tracks() -> None:
    shop = shops.opened()
    answer = queries.of_release(shop.release, "DE", clock.now())
    assert isinstance(answer.release, Yes)
    assert answer.release.deal == shop.deal()
    assert {track: isinstance(own, Yes) for track, own in answer.tracks.items()} == {t.id: True for t in shop.tracks}


def test_a_suspended_track_is_barred_and_bars_the_release() -> None:
    shop = shops.opened()
    stop = Suspension.objects.create(release=shop.release, track=shop.tracks[0], reason="claim")
    answer = queries.of_release(shop.release, "DE", clock.now())
    assert answer.release == No((Reason.TRACK_MISSING,))
    assert answer.tracks[shop.tracks[0].id] == No((Reason.SUSPENDED,))
    stop.lifted_at = clock.now()
    stop.save()
    assert isinstance(queries.of_release(shop.release, "DE", clock.now()).release, Yes)


def test_a_deals_day_begins_at_the_buyers_own_midnight() -> None:
    shop = shops.opened()
    Deal.objects.filter(release=shop.release).update(starts_on=datetime(2026, 7, 1, tzinfo=UTC).date())
    berlin_midnight = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    for moment, territory, sold in (
        (berlin_midnight, "DE", True),
        (berlin_midnight - timedelta(seconds=1), "DE", False),
        (berlin_midnight, "FR", True),
    ):
        assert isinstance(queries.of_release(shop.release, territory, moment).release, Yes) is sold
