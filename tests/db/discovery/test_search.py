"""The search folds diacritics, tolerates typing errors and finds people, releases and tracks."""

from __future__ import annotations

import pytest

from lathe.catalogue.models import Release
from lathe.discovery import search
from tests import shops

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["gymnopédies", "GYMNOPEDIES", "gymnop", "gymnopedeis", "erik gymno", "4006381333931"])
def test_a_release_is_found_however_it_is_written(text: str) -> None:
    shops.opened()
    assert [item.title for item in search.search(text).releases] == ["Gymnopédies"]


def test_a_correction_is_told() -> None:
    shops.opened()
    assert search.search("gymnopedeis").corrected == "gymnopedies"
    assert search.search("gymnopedies").corrected == ""


def test_tracks_and_people_are_found_too() -> None:
    shop = shops.opened()
    assert [track.id for track in search.search("no 2 gymnopedie").tracks] == [shop.tracks[1].id]
    assert [artist.name for artist in search.search("satie").artists] == ["Erik Satie"]


def test_what_is_withdrawn_is_not_found() -> None:
    shop = shops.opened()
    assert search.search("satie").releases
    Release.objects.filter(id=shop.release.id).update(is_published=False)
    assert search.search("gymnopedies").is_empty


@pytest.mark.parametrize("text", ["", "   ", "'; DROP TABLE", "%", "x" * 10_000, "\x00", "🎵"])
def test_odd_texts_find_nothing_and_harm_nothing(text: str) -> None:
    shops.opened()
    assert search.search(text).is_empty
    assert search.nearest(text) is not None
