"""What a link to one track opens, by its holder's rights at that moment, and how many queries that takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from lathe.audio.formats import parse
from lathe.audio.heads import BodyFacts
from lathe.basics import clock
from lathe.catalogue import queries as catalogue
from lathe.catalogue.models import Artist, Credit, Track
from lathe.delivery import blueprints, holds, links, rules, selections
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.errors import NotOwned
from lathe.delivery.links import FileLink
from lathe.delivery.models import Entitlement, MadeFile, Rendition
from lathe.objects import stores
from tests import paying, shops
from tests.shops import Shop

pytestmark = pytest.mark.django_db
BODY = bytes(1000)


@pytest.fixture
def shop(settings: LazySettings, tmp_path: Path) -> Shop:
    settings.STATIC_ROOT = settings.LATHE_HOME = tmp_path
    return shops.opened()


def bought(shop: Shop, fmt: str = "flac", track: Track | None = None) -> FileLink:
    """A link to the second track, as somebody who bought it has it."""
    track = track or shop.tracks[1]
    paying.paid(shops.placed(shop, track=track, fmt=fmt))
    return FileLink(shops.buyer().uid, shop.release.uid, track.uid, "")


def made_of_all(link: FileLink) -> Blueprint:
    """The file as it comes of a release that was fetched whole."""
    [piece] = selections.opened_by(link)
    return blueprints.blueprint(piece.track, piece.release, piece.fmt)


def stored(plan: Blueprint) -> None:
    """Put a body and its file into the store and the books."""
    stores.renditions().put_new(rules.object_key(plan.body_key), BODY)
    facts = BodyFacts(size_bytes=len(BODY), sha256="4" * 64)
    Rendition.objects.create(
        key=plan.body_key,
        master=plan.track.master,
        format=str(plan.fmt),
        build="test",
        size_bytes=len(BODY),
        sha256=facts.sha256,
        facts=facts.to_dict(),
        held_until=clock.now() + holds.LENGTH,
    )
    size = plan.size(facts)
    assert size is not None
    MadeFile.objects.create(key=plan.key, rendition_id=plan.body_key, size_bytes=size, sha256="5" * 64, crc32=0)


def longer(shop: Shop, tracks: int) -> None:
    """Give the release a second disc, and players of their own to some tracks."""
    recording = shop.tracks[0].recording
    for number in range(1, tracks + 1):
        track = Track.objects.create(
            release=shop.release,
            recording=recording,
            disc_number=2,
            number=number,
            title=f"More {number}",
            slug=f"m{number}",
        )
        player = Artist.objects.create(name=f"Player {number}", slug=f"player-{number}")
        Credit.objects.create(release=shop.release, track=track, artist=player, role=Credit.Role.PERFORMER)


@pytest.mark.parametrize("fmt", ["", "flac", "mp3:cbr=320", "opus:96", "wav"])
def test_a_file_is_the_same_whether_its_release_was_fetched_whole_or_not(shop: Shop, fmt: str) -> None:
    longer(shop, 2)
    guest = Artist.objects.create(name="Hélène Vasseur", slug="helene-vasseur")
    Credit.objects.create(release=shop.release, track=shop.tracks[1], artist=guest, role=Credit.Role.MAIN_ARTIST)
    link = replace(bought(shop), format=fmt)

    alone, of_all = selections.file_of(link), made_of_all(link)

    assert (alone.key, alone.body_key, alone.name) == (of_all.key, of_all.body_key, of_all.name)
    assert alone.tags == of_all.tags
    assert alone.tags.artists == ("Hélène Vasseur",)
    assert (alone.tags.track_total, alone.tags.disc_total) == (3, 2)


def test_what_ended_opens_nothing(shop: Shop) -> None:
    link = bought(shop)
    assert selections.file_of(link).track == shop.tracks[1]
    Entitlement.objects.update(ended_at=timezone.now(), end_reason="court order")
    with pytest.raises(NotOwned):
        selections.file_of(link)


def test_a_link_opens_no_better_than_its_holder_owns(shop: Shop) -> None:
    link = bought(shop, "mp3:cbr=320")
    assert selections.file_of(replace(link, format="opus:96")).fmt == parse("opus:96")
    with pytest.raises(NotOwned):
        selections.file_of(replace(link, format="flac"))


def test_the_better_of_two_purchases_counts(shop: Shop) -> None:
    link = bought(shop, "mp3:cbr=320")
    bought(shop, "flac")
    assert selections.file_of(replace(link, format="flac")).fmt == made_of_all(replace(link, format="flac")).fmt
    assert selections.file_of(link).fmt == parse("mp3:cbr=320")


def test_a_link_opens_nothing_of_anybody_else_nor_of_another_order(shop: Shop) -> None:
    link = bought(shop)
    other = paying.paid(shops.placed(shop, track=shop.tracks[0]))
    for wrong in (
        replace(link, person_uid=shops.buyer("else@example.com").uid),
        replace(link, track_uid=shop.tracks[2].uid),
        replace(link, order_uid=other.uid),
    ):
        with pytest.raises(NotOwned):
            selections.file_of(wrong)


@pytest.mark.parametrize("tracks", [0, 30])
def test_a_finished_file_takes_five_queries_and_its_head_four_however_long_the_release_is(
    shop: Shop, client: Client, tracks: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    longer(shop, tracks)
    link = bought(shop)
    stored(selections.file_of(link))
    path = f"/d/{links.file_token(link)}/file.flac"
    with django_assert_num_queries(4):
        head = client.head(path)
    with django_assert_num_queries(5):
        whole = client.get(path)
    assert (head.status_code, whole.status_code) == (200, 200)
    assert head["ETag"] == whole["ETag"] == f'"{made_of_all(link).key}"'
    whole.close()


def test_the_files_of_a_release_that_was_fetched_whole_take_no_query(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    longer(shop, 30)
    release = catalogue.releases().get()
    with django_assert_num_queries(0):
        assert blueprints.blueprint(release.tracks.all()[0], release, parse("flac")).tags.disc_total == 2
