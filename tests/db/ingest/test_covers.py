"""Covers: a picture that came along is taken, else one is drawn from the sound; a bad picture never stops a release."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pytest
from PIL import Image

from lathe.catalogue.models import Release
from lathe.ingest import actions, covers
from lathe.ingest.errors import CoverError
from lathe.objects import stores
from tests.db.ingest import music

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sizes() -> None:
    """All sizes, here."""


def imported(folder: Path) -> tuple[Release, tuple[str, ...]]:
    report = actions.import_path(path=folder)
    return Release.objects.get(), report.releases[0].warnings


def stored(release: Release, ending: str) -> bytes:
    return stores.covers().read(f"{release.cover_sha256}{ending}")


def test_a_release_without_a_picture_gets_one_drawn_in_every_size(delivery: Path) -> None:
    release, _ = imported(music.release(delivery, titles=("Lent",)))
    assert release.cover_media_type == "image/svg+xml"
    assert stored(release, ".svg").startswith(b"<svg")
    assert release.cover_alt
    for size in (160, 320, 640, 1280):
        assert Image.open(io.BytesIO(stored(release, f"-{size}.webp"))).size == (size, size)
    assert Image.open(io.BytesIO(stored(release, "-600.jpg"))).size == (600, 600)


def test_the_sidecar_chooses_motif_and_palette(delivery: Path) -> None:
    music.release(delivery, titles=("Lent",))
    music.sidecar(delivery, '[cover]\nmotif = "spiral"\npalette = "mustard"\nalt = "A spiral for Satie"')
    release, _ = imported(delivery)
    assert b"#cf9b2f" in stored(release, ".svg")
    assert (release.cover_alt, release.hue) == ("A spiral for Satie", 80)


def test_an_embedded_picture_is_taken_and_kept_when_more_music_comes(delivery: Path) -> None:
    music.release(delivery, titles=("Lent",))
    picture = music.picture(colour="#13244a")
    music.embed(delivery / "01.flac", picture)
    release, _ = imported(delivery)
    assert stored(release, ".png") == picture
    assert release.cover_media_type == "image/png"
    more = music.track(delivery / "02.flac", title="Grave", tracknumber="2", **music.SATIE)
    actions.import_path(path=more)
    assert Release.objects.get().cover_sha256 == release.cover_sha256


@pytest.mark.parametrize("name", ["cover.jpg", "Folder.JPG", "front.png"])
def test_a_picture_beside_the_music_is_taken(delivery: Path, name: str) -> None:
    music.release(delivery, titles=("Lent",))
    (delivery / name).write_bytes(music.picture(kind="JPEG"))
    release, _ = imported(delivery)
    assert release.cover_media_type == "image/jpeg"


def test_the_sidecars_picture_comes_before_an_embedded_one(delivery: Path) -> None:
    music.release(delivery, titles=("Lent",))
    music.embed(delivery / "01.flac", music.picture(colour="#13244a"))
    wanted = music.picture(colour="#075e66")
    (delivery / "art.png").write_bytes(wanted)
    music.sidecar(delivery, '[cover]\nfile = "art.png"')
    assert stored(imported(delivery)[0], ".png") == wanted


def test_a_picture_that_is_none_is_a_warning_and_a_cover_is_drawn(delivery: Path) -> None:
    music.release(delivery, titles=("Lent",))
    (delivery / "cover.jpg").write_bytes(b"not a picture")
    release, warnings = imported(delivery)
    assert release.cover_media_type == "image/svg+xml"
    assert any("not a JPEG, PNG or WebP" in warning for warning in warnings)


def test_a_motif_nobody_knows_is_a_warning(delivery: Path) -> None:
    music.release(delivery, titles=("Lent",))
    music.sidecar(delivery, '[cover]\nmotif = "kitten"')
    release, warnings = imported(delivery)
    assert release.cover_sha256
    assert any("no motif 'kitten'" in warning for warning in warnings)


def test_a_small_file_that_would_be_a_huge_picture_is_not_opened() -> None:
    for side in (8_000, 20_000, 100_000):
        with pytest.raises(CoverError, match="50 million"):
            covers.adopt(_promising(side, side), "")


def test_a_picture_that_breaks_off_is_refused_and_nothing_is_stored() -> None:
    data = music.picture(kind="JPEG")
    with pytest.raises(CoverError, match="cannot be read"):
        covers.adopt(data[: len(data) // 2], "")
    assert not covers.is_stored(covers.sha256_of(data[: len(data) // 2]))


def _promising(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises a great many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    header = chunk(b"IHDR", size + b"\x08\x02\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
