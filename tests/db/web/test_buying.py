"""Basket and checkout as a forger and as an honest buyer would use them."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lathe.accounts.models import Person
from lathe.rights.models import Deal
from lathe.sales.models import BasketLine, Order
from lathe.storefronts.models import Storefront
from tests import shops
from tests.shops import Shop

BACKEND = "django.contrib.auth.backends.ModelBackend"
FORM = {"email": "nadia@example.org", "country": "DE", "provider": "demo", "shown_minor": "249", "consent": "on"}


def add(client: Client, **changes: str) -> None:
    client.post("/basket/add/", {"release": "gymnopedies", "format": "mp3:vbr=0", **changes})


def test_a_release_page_shows_every_track_with_its_price(shop: Shop, client: Client) -> None:
    page = client.get("/releases/gymnopedies/").content.decode()

    assert page.count("0.99\u00a0€") >= 3
    assert "2.49\u00a0€" in page


def test_a_track_that_is_not_sold_here_says_why_in_place_of_its_button(shop: Shop, client: Client) -> None:
    client.post("/visitor/", {"country": "US", "language": "en"})

    page = client.get("/releases/gymnopedies/").content.decode()

    assert "Not sold in your country." in page
    assert "Not for sale here" in page
    assert f'value="{shop.tracks[2].uid}"' not in page


def test_a_forged_order_for_what_is_not_sold_here_is_refused(shop: Shop, client: Client) -> None:
    client.post("/visitor/", {"country": "US", "language": "en"})
    add(client, track=str(shop.tracks[2].uid))

    answer = client.post("/checkout/", {**FORM, "country": "US", "shown_minor": "0"})

    assert answer.status_code == 422
    assert "Not sold in your country." in answer.content.decode()
    assert not Order.objects.exists()


def test_a_total_that_was_not_shown_is_not_charged(shop: Shop, client: Client) -> None:
    add(client)
    Deal.objects.filter(track__isnull=True).update(price_minor=299)

    answer = client.post("/checkout/", FORM)

    assert answer.status_code == 422
    assert "The price was 2.49\u00a0€ and is now 2.99\u00a0€." in answer.content.decode()


def test_an_honest_order_goes_to_the_provider_and_can_be_seen_by_its_buyer(shop: Shop, client: Client) -> None:
    add(client)

    answer = client.post("/checkout/", FORM)

    order = Order.objects.get()
    assert "/pay/demo/" in answer["Location"]
    assert client.get(f"/orders/{order.uid}/").status_code == 200
    assert (order.territory, order.evidence["stated"], order.email) == ("DE", "DE", "nadia@example.org")


def test_a_balance_that_pays_all_needs_no_provider(shop: Shop, client: Client) -> None:
    buyer = shops.buyer()
    shops.give(buyer, 2000)
    client.force_login(buyer, backend=BACKEND)
    add(client)

    page = client.get("/checkout/").content.decode()
    answer = client.post("/checkout/", {**FORM, "provider": "", "use_balance": "on"}, follow=True)

    assert 'name="provider"' not in page
    assert answer.redirect_chain[-1][0] == "/library/"
    assert Order.objects.get().state == Order.State.PAID


def test_an_address_that_is_none_is_told_at_its_field(shop: Shop, client: Client) -> None:
    add(client)

    page = client.post("/checkout/", {**FORM, "email": "nadia@"}).content.decode()

    assert "is not an e-mail address" in page
    assert 'aria-invalid="true" autofocus' in page


def test_nonsense_in_a_form_is_told_and_puts_nothing_in_the_basket(shop: Shop, client: Client) -> None:
    add(client, format="wax:78")
    assert client.post("/basket/add/", {"release": "gymnopedies", "track": "x", "format": "flac"}).status_code == 404
    assert client.post("/basket/add/", {"release": "never", "format": "flac"}).status_code == 404

    assert not BasketLine.objects.exists()


def test_a_line_of_somebody_else_s_basket_cannot_be_taken_out(shop: Shop, client: Client) -> None:
    add(client)
    line = BasketLine.objects.get()

    Client().post("/basket/remove/", {"line": str(line.id)})
    assert BasketLine.objects.exists()
    client.post("/basket/remove/", {"line": str(line.id)})

    assert not BasketLine.objects.exists()


def test_my_usual_stays_with_the_person(shop: Shop, client: Client) -> None:
    client.force_login(shops.buyer(), backend=BACKEND)

    client.post("/usual/", {"format": "opus:96", "next": "/releases/gymnopedies/"})

    assert Person.objects.get(email="buyer@example.com").usual_format == "opus:96"
    other = Client()
    other.force_login(shops.buyer(), backend=BACKEND)
    assert "Opus 96, saved by you." in other.get("/releases/gymnopedies/").content.decode()


def test_by_size_a_size_that_is_not_exact_makes_the_price_a_ceiling(shop: Shop, client: Client) -> None:
    Storefront.objects.update(pricing="size", size_price_minor=30)

    page = client.get("/releases/gymnopedies/?format=mp3:vbr=0").content.decode()
    exact = client.get("/releases/gymnopedies/?format=mp3:cbr=128").content.decode()

    assert 'id="price">at most ' in page
    assert 'id="price">at most ' not in exact


def test_the_home_page_asks_the_database_no_more_often_for_more_releases(
    shop: Shop, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")

    with django_assert_max_num_queries(40):
        assert client.get("/").status_code == 200


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?sort=length&master=16-44100&page=9",
        "/releases/gymnopedies/",
        "/releases/gymnopedies/gymnopedie-no-2/",
        "/artists/erik-satie/",
        "/search/?q=satie",
        "/basket/",
        "/library/",
        "/about/prices/",
        "/about/returns/",
        "/about/contact/",
        "/about/credits/",
    ],
)
def test_every_page_stands_in_every_language(shop: Shop, client: Client, path: str, language: str) -> None:
    answer = client.get(path, headers={"accept-language": language})

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()
