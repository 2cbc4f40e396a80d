"""Sales below cost: what a page says of them beforehand is what the checkout does."""

from __future__ import annotations

import logging
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lathe.audio.formats import parse
from lathe.basics import clock
from lathe.catalogue import queries as catalogue
from lathe.catalogue.models import Release
from lathe.rights.models import Deal
from lathe.royalties import actions as royalties
from lathe.royalties.rules.periods import Period
from lathe.sales import baskets, costs, gifts, offers, quotes
from lathe.sales.costs import Cut
from lathe.sales.errors import OrderRefused
from lathe.sales.gifts import Gift
from lathe.sales.models import Order
from lathe.sales.quotes import Asker, ReleaseQuote
from lathe.storefronts.models import Storefront
from tests import shops
from tests.shops import Shop

pytestmark = pytest.mark.django_db

FLAC = parse("flac")
REFUSED = "Its price would not pay for its tax, its rights holders and the payment, so we do not sell it."


def opened(policy: str = "refuse", wholesale_minor: int | None = 90, **fees: int) -> Shop:
    """A shop whose single tracks owe more than their price leaves: 0.90 of 0.83 EUR without tax."""
    share = Fraction(0) if wholesale_minor else Fraction(7, 10)
    shop = shops.opened(share=share, wholesale_minor=wholesale_minor)
    Storefront.objects.update(below_cost=policy, **fees)
    shop.storefront.refresh_from_db()
    return shop


def offered(shop: Shop, territory: str = "DE") -> ReleaseQuote:
    return offers.release(release(shop), FLAC, Asker(shop.storefront, territory))


def release(shop: Shop) -> Release:
    return catalogue.releases().get(id=shop.release.id)


def test_a_cut_below_cost_keeps_its_price_and_says_why_it_is_not_sold() -> None:
    shop = opened()
    quoted = offered(shop)
    alone = quoted.tracks[shop.tracks[0].id]
    assert (alone.price, alone.refusal, alone.is_below_cost) == (alone.full_price, REFUSED, True)
    assert not quoted.whole.refusal, "0.90 of 2.09 EUR"
    untaxed = offered(shop, "US").tracks[shop.tracks[0].id]
    assert not untaxed.refusal, "0.90 of 0.99 EUR"


def test_where_the_shop_only_flags_the_buyer_sees_nothing() -> None:
    shop = opened("flag")
    assert offered(shop) == quotes.release(release(shop), FLAC, Asker(shop.storefront, "DE"))
    assert not baskets.view(shops.basket(shop, track=shop.tracks[0]), Asker(shop.storefront, "DE")).refused


def test_the_checkout_decides_as_the_page_did(caplog: pytest.LogCaptureFixture) -> None:
    shop = opened()
    view = baskets.view(shops.basket(shop, track=shop.tracks[0]), Asker(shop.storefront, "DE"))
    assert ([line.quote.refusal for line in view.refused], view.total.minor) == ([REFUSED], 0)
    with pytest.raises(OrderRefused, match=r"Gymnopédie no\. 1: Its price would not pay"):
        shops.placed(shop, track=shop.tracks[0])
    assert "royalties 0.900000, fee 0.000000, the shop would add 0.070000 EUR" in caplog.text
    assert not Order.objects.exists()
    assert shops.placed(shop, track=shop.tracks[0], territory="US").total_minor == 99


def test_a_cut_pays_for_the_share_of_a_fee_and_a_basket_for_its_fixed_sum() -> None:
    shop = opened(wholesale_minor=None, payment_fee_bp=140, payment_fee_minor=25)
    assert not offered(shop).tracks[shop.tracks[0].id].refusal, "with more in the basket it is sold"
    asker = Asker(shop.storefront, "DE")
    filled = shops.basket(shop, track=shop.tracks[0])
    view = baskets.view(filled, asker)
    assert (view.is_too_small, view.refused) == (True, ())
    with pytest.raises(OrderRefused, match="this basket would not pay"):
        shops.orders.place(shops.checkout(shop, filled))
    shops.fill(filled, shop, track=shop.tracks[1])
    assert not baskets.view(filled, asker).is_too_small
    assert shops.orders.place(shops.checkout(shop, filled)).below_cost_micro == 0
    Storefront.objects.update(payment_fee_bp=9_000)
    shop.storefront.refresh_from_db()
    assert offered(shop).tracks[shop.tracks[0].id].refusal == REFUSED


def test_a_balance_pays_for_what_is_too_small_for_a_payment() -> None:
    shop = opened(wholesale_minor=None, payment_fee_minor=25)
    person = shops.buyer()
    shops.give(person, 99)
    assert shops.placed(shop, track=shop.tracks[0], person=person, use_balance=True).due.minor == 0


def test_a_gift_is_given_below_cost_too() -> None:
    shop = opened()
    Deal.objects.filter(track=None).update(wholesale_minor=240)
    assert offered(shop).whole.is_below_cost
    assert gifts.give_music(Gift(shop.storefront, shops.buyer(), release(shop), FLAC, "Thanks.", "k")) is not None


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_reckons_in_a_fixed_number_of_queries(count: int) -> None:
    shop = opened()
    rule = {"share": "70%", "tier": [{"from_unit": 11, "share": "75%"}], "tiers_count_by": "month"}
    royalties.sign(party_uid=shop.label.uid, plain={"starts_on": shops.LONG_AGO, "rule": [rule]})
    royalties.set_mechanicals(plain={"starts_on": shops.LONG_AGO, "rule": [{"share": "8%", "payer": "store"}]})
    asker, item = Asker(shop.storefront, "DE"), release(shop)
    quoted = quotes.release(item, FLAC, asker)
    cuts = [Cut(item, track, quoted.tracks[track.id]) for track in list(item.tracks.all())[:count]]
    with CaptureQueriesContext(connection) as queries:
        costs.reckon(asker, cuts)
    assert len(queries) == 5, "mechanicals, works, contracts, splits, units"


def test_a_release_page_takes_as_many_queries_however_many_tracks_it_has() -> None:
    shop = opened()
    asker = Asker(shop.storefront, "DE")
    asked = []
    for tracks in (3, 1):
        shops.Track.objects.filter(number__gt=tracks).delete()
        item = release(shop)
        with CaptureQueriesContext(connection) as queries:
            offers.release(item, FLAC, asker)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_page_foresees_the_tier_that_the_sale_would_count_for() -> None:
    shop = opened(wholesale_minor=None, payment_fee_bp=140)
    rule = {"share": "50%", "tier": [{"from_unit": 2, "share": "100%"}], "tiers_count_by": "month"}
    royalties.sign(party_uid=shop.label.uid, plain={"starts_on": shops.LONG_AGO, "rule": [rule]})
    assert not offered(shop).whole.refusal
    month = Period.of(clock.today(), "month")
    royalties.count_unit(party_uid=shop.label.uid, period=month)
    assert offered(shop).whole.refusal == REFUSED, "the second cut of the month leaves nothing for the fee"


def test_the_log_stays_quiet_while_people_look(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    offered(opened())
    assert "below cost" not in caplog.text
