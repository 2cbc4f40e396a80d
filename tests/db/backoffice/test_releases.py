"""What an operator sees of releases, and taking them out of the shop and back."""

from __future__ import annotations

from fractions import Fraction

from django.test import Client

from lathe.backoffice.models import Action
from lathe.catalogue import actions as catalogue
from lathe.catalogue.models import Master
from lathe.delivery import queries as delivery
from lathe.delivery.links import FileLink
from lathe.rights import actions as rights
from lathe.rights.models import Grant
from lathe.storefronts.models import Storefront
from tests import paying, shops
from tests.db.backoffice.door import Door, at, text


def test_a_withdrawn_release_leaves_the_shop_and_its_buyers_keep_it(door: Door) -> None:
    shop = shops.opened()
    order = paying.paid(shops.placed(shop))
    assert "Who bought it keeps it" in door.read(at(shop.release, "withdraw"))
    assert door.act(at(shop.release, "withdraw")).status_code == 302
    assert Client().get(f"/releases/{shop.release.slug}/").status_code == 404
    assert len(delivery.library(FileLink(shops.buyer().uid, None, None, "", order.uid))) == 1
    page = door.read(at(shop.release))
    assert "Withdrew the release operator@example.com" in page
    assert "This is not published." in page
    assert door.act(at(shop.release, "publish")).status_code == 302
    assert Client().get(f"/releases/{shop.release.slug}/").status_code == 200
    assert [action.what for action in Action.objects.order_by("number")] == ["withdraw", "publish"]


def test_a_button_pressed_twice_is_on_record_once(door: Door) -> None:
    shop = shops.opened()
    fields = door.form(at(shop.release, "withdraw"))
    for _ in range(2):
        assert door.send(at(shop.release, "withdraw"), fields).status_code == 302
    assert Action.objects.count() == 1


def test_what_is_so_already_is_said_and_not_recorded(door: Door) -> None:
    shop = shops.opened()
    fields = door.form(at(shop.release, "withdraw"))
    assert "is in the shop already" in door.read(at(shop.release, "publish"))
    catalogue.withdraw(release=shop.release)
    answer = door.send(at(shop.release, "withdraw"), fields)
    assert answer.status_code == 409
    assert "is out of the shop already" in text(answer)
    assert not Action.objects.exists()


def test_releases_are_found_by_title_label_barcode_and_state(door: Door) -> None:
    shop = shops.opened()
    for wanted in ("gymno", "GYMNOPEDIES", "editions arcueil", "4006381"):
        assert "1 release" in door.read("releases/", q=wanted)
    assert "No release fits" in door.read("releases/", q="bach\0")
    assert "No release fits" in door.read("releases/", state="withdrawn")
    catalogue.withdraw(release=shop.release)
    assert "Gymnopédies" in door.read("releases/", state="withdrawn")


def test_the_list_says_what_stops_a_sale_in_each_home_territory(door: Door) -> None:
    shops.opened()
    Storefront.objects.create(
        code="us",
        name="Signal",
        seller="Signal",
        contact_email="us@example.com",
        home_territory="US",
        domain="us.example",
    )
    page = door.read("releases/")
    assert "Germany: for sale" in page
    assert "United States: Not sold whole in your country" in page
    Grant.objects.all().delete()
    assert "Germany: Not for sale: the rights holder has not given this shop a mandate yet." in door.read("releases/")


def test_the_page_of_a_release_shows_its_papers(door: Door) -> None:
    shop = shops.opened(wholesale_minor=60)
    rights.suspend(release=shop.release, track=shop.tracks[0], reason="Claimed by two labels")
    page = door.read(at(shop.release))
    assert "grant.txt signed by M. Editeur, 2020-01-01" in page
    assert "Everywhere except United States" in page
    assert "never below 1.00" in page
    assert "wholesale 0.60" in page
    assert "Gymnopédie no. 1: Claimed by two labels" in page
    assert "Sales are paused" in page


def test_the_page_of_a_release_says_what_is_held_against_a_master(door: Door) -> None:
    shop = shops.opened()
    for track, verdict, confidence in zip(
        shop.tracks, ("lossy_born", "lossless_cd", "cut_off"), (0.87, 0.99, 0.7), strict=True
    ):
        Master.objects.filter(sha256=track.master.sha256).update(verdict=verdict, verdict_confidence=confidence)
    page = door.read(at(shop.release))
    assert "Looks as if it had once been lossy (87% sure)" in page
    assert "Lossless (99% sure)" in page
    assert "as if cut off (70% sure)" in page


def test_a_shop_without_music_says_how_it_comes_in(door: Door) -> None:
    Storefront.objects.create(code="main", name="Arcueil", seller="Arcueil", contact_email="shop@example.com")
    assert "lathe import" in door.read("releases/")


def test_what_a_storefront_refuses_as_below_cost_is_named_with_its_country(door: Door) -> None:
    shop = shops.opened(share=Fraction(0), wholesale_minor=90)
    assert "below cost" not in door.read(at(shop.release))
    shop.storefront.below_cost = "refuse"
    shop.storefront.save()
    assert door.read(at(shop.release)).count("Germany: refused: as FLAC it is below cost") == 3, "the tracks alone"
