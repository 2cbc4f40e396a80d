"""Every file gets a verdict with what to do, and a bad one never keeps the others out."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from lathe.catalogue.models import Master, Release, Track
from lathe.ingest import actions
from lathe.ingest.verdicts import FileReport, ImportReport
from lathe.objects import stores
from tests.contracts.audio import masters
from tests.db.ingest import music

pytestmark = pytest.mark.django_db


def imported(folder: Path) -> ImportReport:
    return actions.import_path(path=folder)


def verdicts(report: ImportReport) -> dict[str, str]:
    return {file.path: file.verdict for file in report.files}


def told(report: ImportReport, path: str) -> FileReport:
    return next(file for file in report.files if file.path == path)


def test_a_tagged_folder_goes_in_whole(delivery: Path) -> None:
    music.release(delivery / "a/deep/folder", titles=("Lent et douloureux", "Lent et triste", "Lent et grave"))
    report = imported(delivery)
    assert report.all_in
    assert set(verdicts(report).values()) == {"accepted"}
    release = Release.objects.get()
    assert (release.title, release.slug, release.label.name) == ("Gymnopédies", "gymnopedies", "Arcueil Éditions")
    assert [track.title for track in release.tracks.all()] == ["Lent et douloureux", "Lent et triste", "Lent et grave"]
    assert report.releases[0].state == "new"


def test_a_master_is_stored_by_its_sha256_and_measured(delivery: Path) -> None:
    music.release(delivery, titles=("Lent",))
    report = imported(delivery)
    master = Master.objects.get()
    assert report.files[0].sha256 == master.sha256
    assert stores.masters().read(master.object_key) == (delivery / "01.flac").read_bytes()
    assert (master.sample_rate_hz, master.bits, master.channels) == (44_100, 16, 2)
    assert len(master.envelope) == 1400
    assert master.pcm_md5
    assert stores.covers().read(f"spectrograms/{master.sha256}.png").startswith(b"\x89PNG")


def test_a_broken_a_truncated_a_lossy_and_an_untagged_file_stay_out_and_say_why(delivery: Path) -> None:
    music.release(delivery)
    whole = music.track(delivery / "03.flac", title="Broken", tracknumber="3", **music.SATIE).read_bytes()
    middle = len(whole) * 3 // 4
    (delivery / "03.flac").write_bytes(whole[:middle] + bytes(64) + whole[middle + 64 :])
    cut = music.track(delivery / "04.flac", title="Cut", tracknumber="4", **music.SATIE)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 3])
    music.track(delivery / "05.flac", tracknumber="5")
    (delivery / "06.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(413))
    (delivery / "07.flac").write_bytes(b"this is a letter, not music")
    (delivery / "08.flac").write_bytes(b"")
    report = imported(delivery)
    assert verdicts(report) == {
        "01.flac": "accepted",
        "02.flac": "accepted",
        "03.flac": "broken",
        "04.flac": "truncated",
        "05.flac": "untagged",
        "06.mp3": "lossy",
        "07.flac": "unsupported",
        "08.flac": "unsupported",
    }
    assert not report.all_in
    assert "breaks off after" in told(report, "04.flac").sentence
    assert "no title, album and artist tags" in told(report, "05.flac").sentence
    assert Track.objects.count() == 2
    assert all(file.sentence.count(".") for file in report.files)


def test_a_copy_of_a_file_is_a_duplicate_whatever_its_tags_say(delivery: Path) -> None:
    music.release(delivery, titles=("Lent",))
    shutil.copy(delivery / "01.flac", delivery / "copy.flac")
    retagged = Path(shutil.copy(delivery / "01.flac", delivery / "retagged.flac"))
    music.tag(retagged, title="Something else", tracknumber="9", **music.SATIE)
    report = imported(delivery)
    assert verdicts(report) == {"01.flac": "accepted", "copy.flac": "duplicate", "retagged.flac": "duplicate"}
    assert "same music as 01.flac" in told(report, "copy.flac").sentence
    assert report.all_in


def test_two_files_that_want_one_place_are_told_apart(delivery: Path) -> None:
    music.release(delivery, titles=("Lent",))
    music.track(delivery / "02.flac", title="Grave", tracknumber="1", **music.SATIE)
    report = imported(delivery)
    assert verdicts(report) == {"01.flac": "accepted", "02.flac": "conflicting"}
    assert "which 01.flac has" in told(report, "02.flac").sentence


def test_discs_are_kept_apart(delivery: Path) -> None:
    music.release(delivery / "CD1")
    music.release(delivery / "CD2", titles=("Trois", "Quatre"))
    assert imported(delivery).all_in
    places = [(track.disc_number, track.number) for track in Release.objects.get().tracks.all()]
    assert places == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_a_recording_may_be_on_two_releases(delivery: Path) -> None:
    music.release(delivery / "one", titles=("Lent",))
    (delivery / "two").mkdir()
    shutil.copy(delivery / "one/01.flac", delivery / "two/01.flac")
    music.sidecar(delivery / "two", 'title = "The Best of Satie"\nupc = "9520000000011"')
    report = imported(delivery)
    assert report.all_in
    assert Release.objects.count() == 2
    assert Master.objects.count() == 1


def test_a_folder_without_music_is_no_delivery_that_went_in(delivery: Path) -> None:
    report = imported(delivery)
    assert not report.files
    assert not report.all_in


def test_a_name_with_control_characters_does_no_harm(delivery: Path) -> None:
    music.track(delivery / "a\x1b[2J\n.flac", title="\x1b[31mRed", tracknumber="1", **music.SATIE)
    assert imported(delivery).all_in
    assert Track.objects.get().title == "[31mRed"


def test_what_speaks_against_a_master_is_a_warning_with_its_confidence(delivery: Path) -> None:
    """Two seconds of a tone end at full level; a second file holds only zeros."""
    place = np.arange(88_200)
    tone = np.rint(8000 * np.sin(2 * np.pi * 440 * place / 44_100) * np.minimum(1, place / 9000)).astype(np.int16)
    for name, samples in (("01", tone), ("02", np.zeros_like(tone))):
        path = masters.write(delivery / f"{name}.flac", np.column_stack((samples, samples)), 44_100, 16)
        music.tag(path, title=name, tracknumber=name, **music.SATIE)
    report = imported(delivery)
    assert report.all_in
    said = " ".join(report.releases[0].warnings)
    assert (
        "01.flac: its music begins or ends at full level, as if part of it had been cut away (we are 90 % sure)."
        in said
    )
    assert "02.flac: it is silent from beginning to end (this is certain). Ask the label for the original." in said
