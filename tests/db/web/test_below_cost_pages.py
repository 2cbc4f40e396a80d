"""What a buyer reads where a cut is not sold at its price, or a basket would not pay for its payment."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.test import Client

from lathe.catalogue.models import Track
from lathe.rights.models import Deal
from lathe.storefronts.models import Storefront
from tests import shops

pytestmark = pytest.mark.django_db

PAGE, TRACK_PAGE = "/releases/gymnopedies/", "/releases/gymnopedies/gymnopedie-no-1/"
REFUSED = "Its price would not pay for its tax, its rights holders and the payment, so we do not sell it."


def opened(policy: str = "refuse", **fees: int) -> None:
    """A shop whose single tracks owe more than their price leaves: 0.90 of 0.83 EUR without tax; not so where a payment
    has a fee."""
    shops.opened(**({} if fees else {"share": Fraction(0), "wholesale_minor": 90}))
    Storefront.objects.update(below_cost=policy, **fees)


def read(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_pages_show_the_price_and_no_button(client: Client) -> None:
    opened()
    page, track = read(client, PAGE), read(client, TRACK_PAGE)
    for text in (page, track):
        assert REFUSED in text
        assert "0.99\u00a0€" in text
    assert "Not sold at this price" in track
    assert "Add to basket" not in track
    assert 'name="track" value=""' in page, "the whole release is sold"
    assert page.count('class="icon add"') == 0
    Deal.objects.filter(track=None).update(wholesale_minor=240)
    page = read(client, PAGE)
    assert page.count("Not sold at this price") == 2, "in the slip and in the dock"
    assert "2.49\u00a0€" in page
    swapped = client.get("/quote/gymnopedies/", {"format": "flac"}, headers={"HX-Request": "true"}).content.decode()
    assert swapped.count(REFUSED) == 4, "a price that changes takes the button along"


def test_where_the_shop_only_flags_the_pages_say_nothing(client: Client) -> None:
    opened("flag")
    assert REFUSED not in read(client, PAGE)
    assert "Add to basket" in read(client, TRACK_PAGE)


def test_the_basket_says_that_it_is_too_small_before_the_checkout_does(client: Client) -> None:
    opened(payment_fee_bp=140, payment_fee_minor=25)
    fields = {"release": "gymnopedies", "format": "flac"}
    client.post("/basket/add/", {**fields, "track": str(Track.objects.get(number=1).uid)})
    assert "a payment for it alone" in read(client, "/basket/")
    client.post("/basket/add/", {**fields, "track": str(Track.objects.get(number=2).uid)})
    assert "a payment for it alone" not in read(client, "/basket/")
