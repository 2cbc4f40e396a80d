"""An import can be run again: what is the same stays, what a label corrected is corrected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lathe.catalogue import actions as catalogue
from lathe.catalogue.models import Artist, Credit, Master, Recording, Release, Track
from lathe.ingest import actions, intake
from lathe.ingest.errors import IngestError
from lathe.ingest.options import Options
from lathe.objects import stores
from lathe.rights.models import Deal, Grant
from lathe.royalties.models import ContractVersion
from tests.db.ingest import music

pytestmark = pytest.mark.django_db

TERMS = """
upc = "9520000000011"
[[deals]]
scope = "release"
price = "1.99EUR"
[[deals]]
scope = "track"
price = "0.99EUR"
"""


def rows() -> dict[str, list[dict[str, object]]]:
    tables = (Release, Track, Recording, Master, Artist, Credit, Deal, Grant, ContractVersion)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


def test_the_same_again_changes_nothing(delivery: Path) -> None:
    music.sidecar(music.release(delivery), TERMS + music.MANDATE)
    music.mandated(delivery)
    actions.import_path(path=delivery)
    before = rows()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        report = actions.import_path(path=delivery)
    assert rows() == before
    assert report.releases[0].state == "unchanged"
    assert {file.verdict for file in report.files} == {"already_there"}
    written = [query["sql"] for query in seen if query["sql"].startswith(("UPDATE", "DELETE"))]
    assert not written


def test_corrected_words_are_corrected_and_addresses_stay(delivery: Path) -> None:
    music.sidecar(music.release(delivery), 'upc = "9520000000011"\ntitle = "Gymnopedies"')
    actions.import_path(path=delivery)
    slug, uid = Release.objects.values_list("slug", "uid").get()
    music.sidecar(delivery, 'upc = "9520000000011"\ntitle = "Trois Gymnopédies"\nnote = "Corrected."')
    report = actions.import_path(path=delivery)
    release = Release.objects.get()
    assert (release.title, release.note, release.slug, release.uid) == ("Trois Gymnopédies", "Corrected.", slug, uid)
    assert report.releases[0].state == "changed"


def test_new_deals_replace_the_old_ones_and_the_same_ones_keep_their_id(delivery: Path) -> None:
    music.sidecar(music.release(delivery), TERMS)
    actions.import_path(path=delivery)
    kept = set(Deal.objects.filter(track__isnull=False).values_list("uid", flat=True))
    music.sidecar(delivery, TERMS.replace("1.99EUR", "1.49EUR"))
    actions.import_path(path=delivery)
    assert Deal.objects.get(track__isnull=True, replaced_at__isnull=True).price_minor == 149
    assert Deal.objects.filter(replaced_at__isnull=False).exists(), "what was sold under it still names it"
    assert set(Deal.objects.filter(track__isnull=False).values_list("uid", flat=True)) == kept
    music.sidecar(delivery, 'upc = "9520000000011"\ndeals = []')
    actions.import_path(path=delivery)
    assert not Deal.objects.filter(replaced_at__isnull=True).exists()


def test_tracks_may_change_places(delivery: Path) -> None:
    music.release(delivery, titles=("One", "Two", "Three"))
    actions.import_path(path=delivery)
    before = {track.title: track.uid for track in Track.objects.all()}
    numbers = {"One": "3", "Two": "1", "Three": "2"}
    order = '[[tracks]]\nfile = "01.flac"\nnumber = 3\n[[tracks]]\nfile = "02.flac"\nnumber = 1\n'
    music.sidecar(delivery, order + '[[tracks]]\nfile = "03.flac"\nnumber = 2\n')
    assert actions.import_path(path=delivery).all_in
    assert {track.title: str(track.number) for track in Track.objects.all()} == numbers
    assert {track.title: track.uid for track in Track.objects.all()} == before


def test_a_corrected_master_takes_its_tracks_place(delivery: Path) -> None:
    music.release(delivery)
    actions.import_path(path=delivery)
    before = Track.objects.get(number=2)
    music.track(delivery / "02.flac", title="Grave", tracknumber="2", **music.SATIE)
    actions.import_path(path=delivery)
    after = Track.objects.get(number=2)
    assert after.uid == before.uid
    assert after.master.sha256 != before.master.sha256
    assert Master.objects.count() == 3


def test_one_more_file_joins_its_release(delivery: Path) -> None:
    music.release(delivery)
    actions.import_path(path=delivery)
    more = music.track(delivery / "03.flac", title="Trois", tracknumber="3", **music.SATIE)
    assert actions.import_path(path=more).all_in
    assert Release.objects.get().tracks.count() == 3


def test_a_barcode_that_comes_later_finds_its_release(delivery: Path) -> None:
    music.release(delivery)
    actions.import_path(path=delivery)
    uid = Release.objects.get().uid
    music.sidecar(delivery, 'upc = "9520000000011"\ntitle = "Trois Gymnopédies"')
    report = actions.import_path(path=delivery)
    assert Release.objects.get().uid == uid
    assert Release.objects.get().upc == "9520000000011"
    assert {file.verdict for file in report.files} == {"already_there"}


def test_a_release_withdrawn_by_hand_is_not_published_again(delivery: Path) -> None:
    music.release(delivery)
    actions.import_path(path=delivery)
    catalogue.withdraw(release=Release.objects.get())
    actions.import_path(path=delivery)
    assert not Release.objects.get().is_published


def test_a_release_that_lacks_a_file_waits_for_it(delivery: Path) -> None:
    music.release(delivery, titles=("One",))
    music.sidecar(delivery, '[[tracks]]\nfile = "01.flac"\n[[tracks]]\nfile = "02.flac"\ntitle = "Two"')
    report = actions.import_path(path=delivery)
    assert {file.path: file.verdict for file in report.files} == {"01.flac": "accepted", "02.flac": "missing"}
    assert not Release.objects.get().is_published
    assert any("not published" in sentence for sentence in report.releases[0].sentences)
    music.track(delivery / "02.flac", **music.SATIE)
    report = actions.import_path(path=delivery)
    assert Release.objects.get().is_published
    assert any("so it is published" in sentence for sentence in report.releases[0].sentences)


def test_a_master_lost_from_the_store_is_put_back(delivery: Path) -> None:
    music.release(delivery, titles=("One",))
    actions.import_path(path=delivery)
    master = Master.objects.get()
    stores.masters().delete(master.object_key)
    actions.import_path(path=delivery)
    assert stores.masters().size(master.object_key) == master.size_bytes


def test_two_imports_at_once_are_one_too_many(delivery: Path) -> None:
    music.release(delivery, titles=("One",))
    with intake.begin(lambda _name, _share: None), pytest.raises(IngestError, match="Another import is running"):
        actions.import_path(path=delivery)
    assert actions.import_path(path=delivery).all_in


def test_nothing_is_left_behind(delivery: Path, home: Path) -> None:
    music.release(delivery)
    (home / "incoming").mkdir(parents=True)
    (home / "incoming" / "left-by-a-kill.flac").write_bytes(b"half a master")
    actions.import_path(path=delivery)
    assert not (home / "incoming").exists()


def test_a_file_of_another_release_keeps_its_place(delivery: Path) -> None:
    music.sidecar(music.release(delivery / "a"), 'upc = "9520000000011"\ntitle = "A"')
    actions.import_path(path=delivery)
    shutil.rmtree(delivery / "a")
    music.track(delivery / "b/01.flac", title="New", tracknumber="1", **music.SATIE)
    music.sidecar(delivery / "b", 'upc = "9520000000011"\ntitle = "A"\n[[tracks]]\nfile = "01.flac"\nnumber = 5')
    assert actions.import_path(path=delivery).all_in
    assert [track.number for track in Release.objects.get().tracks.all()] == [1, 2, 5]


def test_a_label_named_by_the_operator_stays_when_only_the_tags_say_another(delivery: Path) -> None:
    music.release(delivery)
    actions.import_path(path=delivery, options=Options(label="Maple Street"))
    assert actions.import_path(path=delivery).releases[0].state == "unchanged"
    assert Release.objects.get().label.name == "Maple Street"
    music.sidecar(delivery, 'label = "Arcueil Éditions"')
    actions.import_path(path=delivery)
    assert Release.objects.get().label.name == "Arcueil Éditions"
