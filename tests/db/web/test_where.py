"""A buyer sees what may not be bought where they are, and why."""

from __future__ import annotations

import pytest
from django.test import Client

from lathe.catalogue.models import Release
from lathe.rights.models import Deal
from tests import shops
from tests.shops import Shop


@pytest.fixture
def shop(db: None) -> Shop:
    return shops.opened()


def read(client: Client, path: str = "/where/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_where_nothing_is_held_back_the_page_says_so(shop: Shop, client: Client) -> None:
    page = read(client)
    assert "What is sold in Germany" in page
    assert "Nothing on this page is held back from you." in page
    assert "1 release on this page is sold whole and track by track." in page


def test_what_is_barred_is_named_with_its_reason_and_the_country_can_be_changed(shop: Shop, client: Client) -> None:
    client.post("/visitor/", {"country": "US", "next": "/where/"})
    page = read(client)
    assert "What is sold in United States" in page
    assert "Gymnopédie no. 3: Not sold in your country." in page
    assert "Not sold whole in your country" in page
    assert '<option value="US" selected>' in page
    assert "Gymnopédie no. 1:" not in page


def test_a_refusal_on_the_release_page_leads_there(shop: Shop, client: Client) -> None:
    assert "/where/" not in read(client, "/releases/gymnopedies/")
    client.post("/visitor/", {"country": "US"})
    assert 'href="/where/"' in read(client, "/releases/gymnopedies/")
    assert 'href="/where/"' in read(client, "/releases/gymnopedies/gymnopedie-no-3/")


def test_a_coming_sale_is_announced_with_its_day_in_the_readers_language(shop: Shop, client: Client) -> None:
    Deal.objects.filter(track=None).update(starts_on="2099-05-01", pre_order_from=shops.LONG_AGO)
    assert "On sale here from 1 May 2099." in read(client)
    assert "On sale here from 1 May 2099." in read(client, "/releases/gymnopedies/")


def test_many_releases_come_in_pages_and_a_wrong_number_shows_the_first(shop: Shop, client: Client) -> None:
    for number in range(60):
        Release.objects.create(
            upc=f"{number}", slug=f"m{number}", title=f"More {number}", label=shop.label, released_on=shops.LONG_AGO
        )
    first, second = read(client), read(client, "/where/?page=2")
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert "there are no terms for it" in second
    assert read(client, "/where/?page=x").count("<h2>") == first.count("<h2>")
