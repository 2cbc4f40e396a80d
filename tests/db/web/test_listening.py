"""What may be heard of a track before it is bought, and what its owner hears."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.test import Client

from lathe.basics.money import Money
from lathe.basics.territory import TerritorySet
from lathe.delivery import previews
from lathe.delivery.errors import DeliveryError
from lathe.rights import actions as rights
from lathe.rights import queries
from lathe.rights.actions import DealFacts
from lathe.rights.errors import RightsError
from lathe.sales import letters
from tests import paying, shops
from tests.shops import Shop


def clips(shop: Shop, whole_s: int | None, track_s: int | None) -> None:
    """Let the release and its first track be heard for so long; every other track has no deal of its own."""
    terms = {"floor": Money(0, "EUR"), "wholesale": None, "territories": TerritorySet(), "starts_on": date(2024, 1, 1)}
    price = Money(99, "EUR")
    deals = (
        DealFacts(track=None, price=price, clip_s=whole_s, **terms),  # type: ignore[arg-type]
        DealFacts(track=shop.tracks[0], price=price, clip_s=track_s, **terms),  # type: ignore[arg-type]
    )
    rights.replace_deals(release=shop.release, deals=deals)


@pytest.mark.parametrize(
    ("whole_s", "track_s", "first", "second"),
    [(None, None, None, None), (30, None, 30, 30), (45, 20, 20, 45), (None, 20, 20, None)],
)
def test_the_shortest_clip_that_a_deal_names_holds(
    whole_s: int | None, track_s: int | None, first: int | None, second: int | None, shop: Shop
) -> None:
    clips(shop, whole_s, track_s)
    assert [queries.clip_s(track) for track in shop.tracks[:2]] == [first, second]


def test_a_clip_is_a_file_of_its_own_and_as_long_as_it_may_be(shop: Shop) -> None:
    track = shop.tracks[0]
    whole = {kind: previews.before_buying(str(track.uid), kind) for kind in previews.FORMATS}
    clips(shop, 30, 30)

    for kind, before in whole.items():
        clip = previews.before_buying(str(track.uid), kind)
        assert clip.source.samples == 30 * track.master.sample_rate_hz
        assert (clip.key, clip.body_key) != (before.key, before.body_key)
        assert (clip.size(None) or 0) * 1.9 < (before.size(None) or 0)
        assert previews.whole(track, kind).body_key == before.body_key


def test_a_clip_longer_than_the_track_is_the_track(shop: Shop) -> None:
    track = shop.tracks[0]
    before = previews.before_buying(str(track.uid), "opus")
    clips(shop, 3600, 3600)
    assert previews.before_buying(str(track.uid), "opus").body_key == before.body_key


def test_a_clip_of_no_length_is_refused(shop: Shop) -> None:
    with pytest.raises(RightsError, match="1 to 3600 s"):
        clips(shop, 0, None)


@pytest.mark.parametrize("name", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_track_has_no_preview(name: str, shop: Shop) -> None:
    with pytest.raises(DeliveryError, match="no such track"):
        previews.before_buying(name, "mp3")


def test_the_page_says_how_much_is_to_be_heard(shop: Shop, client: Client) -> None:
    assert "listen before you buy" in client.get(f"/releases/{shop.release.slug}/").content.decode()
    clips(shop, 30, 30)
    page = client.get(f"/releases/{shop.release.slug}/").content.decode()
    assert "the first 0:30, before you buy" in page
    assert page.index(f"/preview/{shop.tracks[0].uid}.opus") < page.index(f'src="/preview/{shop.tracks[0].uid}.mp3"')


def test_the_owner_s_library_plays_each_track_and_nobody_else_s_link_does(shop: Shop, client: Client) -> None:
    order = paying.paid(shops.placed(shop, track=shop.tracks[0], fmt="flac"))
    client.get(urlsplit(letters.library_link(order)).path)
    page = client.get("/library/").content.decode()
    path = page.split('data-play="')[1].split('"')[0]

    assert client.head(path)["Content-Type"] == "audio/mpeg"
    assert client.head(path.replace(".mp3", ".opus"))["Content-Type"].startswith("audio/ogg")
    assert client.head(path.replace("/play/", "/play/x")).status_code == 403


def test_listeners_beyond_the_bound_are_asked_to_come_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "MOST_CUTS", 0)

    class Body:
        key = "k"

    assert not previews._take(Body())  # type: ignore[arg-type]
