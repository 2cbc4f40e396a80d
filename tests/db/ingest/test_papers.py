"""Booklets and words that come with a delivery, and go into the buyer's archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from lathe.audio.formats import parse
from lathe.catalogue import queries as catalogue
from lathe.catalogue.models import Release, Track
from lathe.delivery import enclosures, folders, selections
from lathe.delivery.selections import Piece
from lathe.ingest import actions
from lathe.ingest.options import Options
from lathe.objects import stores
from tests.db.ingest import music

PDF = b"%PDF-1.7\nnot much of one"
SIDECAR = 'booklet = "booklet.pdf"\n[[tracks]]\nfile = "01.flac"\nlyrics = "01.txt"\n[[tracks]]\nfile = "02.flac"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = music.release(tmp_path / "delivery")
    music.sidecar(folder, SIDECAR)
    (folder / "booklet.pdf").write_bytes(PDF)
    (folder / "01.txt").write_text("\ufeffJe te veux\n\nL'or de tes cheveux\n", encoding="utf-8")
    return folder


def taken(folder: Path) -> tuple[str, ...]:
    """Import the folder; returns the warnings."""
    [release] = actions.import_path(path=folder, options=Options()).releases
    return tuple(release.warnings)


def test_booklet_and_words_are_kept_and_stay_when_they_are_not_enclosed_again(db: None, folder: Path) -> None:
    taken(folder)
    music.sidecar(folder, "")
    taken(folder)

    release = Release.objects.get()
    assert release.booklet_bytes == len(PDF)
    assert stores.documents().read(release.booklet_sha256) == PDF
    assert [track.lyrics for track in Track.objects.order_by("number")] == ["Je te veux\n\nL'or de tes cheveux", ""]


def test_they_lie_beside_the_music_in_an_archive(db: None, folder: Path) -> None:
    taken(folder)
    release = catalogue.releases().get()
    pieces = [Piece(release, track, parse("mp3:cbr=320")) for track in release.tracks.all()]

    found = {
        one.entry.path: one.size for one in enclosures.of(selections.planned(pieces, folders.parse("{album}/{track}")))
    }

    assert found["Gymnopédies/booklet.pdf"] == len(PDF)
    assert found["Gymnopédies/01.txt"] == len("Je te veux\n\nL'or de tes cheveux\n")
    assert "Gymnopédies/02.txt" not in found


@pytest.mark.parametrize(
    ("name", "content", "warning"),
    [
        ("booklet.pdf", b"PK\x03\x04", "is no PDF"),
        ("booklet.pdf", b"", "must have 1 to"),
        ("01.txt", b"\xff\xfe", "is not UTF-8"),
        ("01.txt", b"bell \x07", "control characters"),
        ("01.txt", b"x" * 70_000, "must have 1 to"),
    ],
)
def test_what_cannot_be_used_is_left_out_with_a_warning(
    db: None, folder: Path, name: str, content: bytes, warning: str
) -> None:
    (folder / name).write_bytes(content)
    assert any(warning in sentence for sentence in taken(folder))
    assert Release.objects.get().tracks.count() == 2


def test_what_is_not_there_or_lies_outside_is_said(db: None, folder: Path) -> None:
    (folder / "booklet.pdf").unlink()
    assert any("There is no booklet" in sentence for sentence in taken(folder))
    music.sidecar(folder, 'booklet = "../secret.pdf"\n')
    [refused] = actions.import_path(path=folder, options=Options()).releases
    assert any("leads out of the folder" in sentence for sentence in refused.sentences)
