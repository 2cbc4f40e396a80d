"""Placing an order: a forged checkout is refused as the page would be, and nothing changes."""

from __future__ import annotations

import pytest

from lathe.audio.formats import parse
from lathe.basics.money import Money
from lathe.ledger import queries as books
from lathe.rights.models import Deal, Grant, Suspension
from lathe.sales import baskets, orders
from lathe.sales.errors import OrderRefused, SalesError
from lathe.sales.models import Order, OrderLine
from tests import shops

pytestmark = pytest.mark.django_db


def refused(shop: shops.Shop, field: str, **changes: object) -> str:
    filled = shops.basket(shop)
    with pytest.raises(OrderRefused) as caught:
        orders.place(shops.checkout(shop, filled, **changes))
    assert caught.value.field == field
    assert not Order.objects.exists()
    return str(caught.value)


def test_an_order_keeps_what_its_price_and_right_rested_on() -> None:
    shop = shops.opened()
    order = shops.placed(shop, fmt="mp3:cbr=320")
    line = OrderLine.objects.get(order=order)
    assert (order.total, order.tax, order.tax_rate_bp) == (Money(249, "EUR"), Money(40, "EUR"), 1900)
    assert line.deal_uid == shop.deal().uid
    assert line.grant_uid == Grant.objects.get().uid
    assert line.size_is_exact
    assert line.format_label == "MP3 320"


def test_without_consent_there_is_no_order() -> None:
    assert "Tick the box" in refused(shops.opened(), "consent", consent=False)


def test_a_total_that_is_not_the_price_now_is_refused_with_both() -> None:
    shop = shops.opened()
    filled = shops.basket(shop)
    stale = shops.checkout(shop, filled)
    Deal.objects.filter(track__isnull=True).update(price_minor=299)
    with pytest.raises(OrderRefused, match="was 2.49\xa0€ and is now 2.99\xa0€"):
        orders.place(stale)


def test_a_country_not_sold_to_is_refused() -> None:
    shop = shops.opened()
    filled = shops.basket(shop)
    with pytest.raises(OrderRefused, match="does not sell to that country"):
        orders.place(shops.checkout(shop, filled, territory="BR"))


def test_a_track_barred_in_the_country_is_refused_alone_and_bars_the_whole_release() -> None:
    shop = shops.opened()
    for track in (shop.tracks[2], None):
        filled = shops.basket(shop, track=track)
        with pytest.raises(OrderRefused, match="Not sold"):
            orders.place(shops.checkout(shop, filled, territory="US"))
    assert shops.placed(shop, track=shop.tracks[0], territory="US").tax_minor == 0


def test_without_a_grant_nothing_is_sold() -> None:
    shop = shops.opened()
    Grant.objects.all().delete()
    assert "mandate" in refused(shop, "")


def test_a_suspended_release_is_refused() -> None:
    shop = shops.opened()
    Suspension.objects.create(release=shop.release, reason="claim")
    assert "paused" in refused(shop, "")


def test_a_withdrawn_release_is_refused() -> None:
    shop = shops.opened()
    filled = shops.basket(shop)
    shop.release.is_published = False
    shop.release.save()
    with pytest.raises(OrderRefused, match="not published"):
        orders.place(shops.checkout(shop, filled))


def test_a_provider_that_is_not_on_is_refused() -> None:
    refused(shops.opened(), "provider", provider="card-of-dreams")


def test_an_address_that_is_none_is_refused() -> None:
    refused(shops.opened(), "email", email="nobody at all")


def test_an_empty_basket_is_refused() -> None:
    shop = shops.opened()
    empty = baskets.open_for(uid=None, storefront=shop.storefront)
    with pytest.raises(OrderRefused, match="empty"):
        orders.place(shops.checkout(shop, empty))


def test_the_same_music_in_another_format_replaces_the_line() -> None:
    shop = shops.opened()
    filled = shops.basket(shop, fmt="flac")
    baskets.add(basket=filled, release=shop.release, track=None, fmt=parse("opus:128"))
    assert [line.format for line in filled.lines.all()] == [str(parse("opus:128"))]


def test_a_single_track_of_a_release_in_the_basket_is_not_sold_twice() -> None:
    shop = shops.opened()
    filled = shops.basket(shop)
    with pytest.raises(SalesError, match="in your basket already"):
        baskets.add(basket=filled, release=shop.release, track=shop.tracks[0], fmt=parse("flac"))


def test_by_size_the_price_follows_the_body_and_never_falls_below_the_floor() -> None:
    shop = shops.opened(pricing="size")
    big = shops.placed(shop, track=shop.tracks[2], fmt="wav")
    small = shops.placed(shop, track=shop.tracks[0], fmt="mp3:cbr=32")
    body = 44_100 * 60 * 3 * 4
    assert big.total == Money(-(-body * 3 // 1_000_000), "EUR")
    assert small.total == Money(50, "EUR")


def test_a_checkout_sent_twice_buys_a_basket_once_from_the_balance() -> None:
    shop, person = shops.opened(), shops.buyer()
    shops.give(person, 1000)
    filled = shops.basket(shop)
    sent = [shops.checkout(shop, filled, person=person, use_balance=True) for _ in range(2)]
    first, second = (orders.place(one) for one in sent)

    orders.pay(order=first, provider="", return_url="", notify_url="")
    with pytest.raises(OrderRefused, match="It is in your library"):
        orders.pay(order=second, provider="", return_url="", notify_url="")

    assert books.buyer_balance(person.uid, "EUR") == Money(1000 - 249, "EUR")
    second.refresh_from_db()
    assert second.state == Order.State.ABANDONED
