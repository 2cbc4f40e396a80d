"""Which files make a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from lathe.ingest import grouping
from lathe.ingest.grouping import Candidate
from lathe.ingest.words import Words

ROOT = Path("/music")


def candidate(name: str, album: str = "Préludes", disc: int | None = None, artist: str = "") -> Candidate:
    return Candidate(ROOT / name, name, Words(album=album, disc=disc, album_artist=artist))


def names(*candidates: Candidate, sidecars: tuple[str, ...] = ()) -> dict[str, list[str]]:
    found = grouping.groups(candidates, [ROOT / sidecar for sidecar in sidecars])
    return {group.folder.relative_to(ROOT).as_posix(): [file.name for file in group.files] for group in found}


def test_a_folder_is_a_release() -> None:
    assert names(candidate("a/1.flac", "A"), candidate("b/1.flac", "B")) == {"a": ["a/1.flac"], "b": ["b/1.flac"]}


def test_two_albums_in_one_folder_are_two_releases() -> None:
    found = grouping.groups([candidate("1.flac", "A"), candidate("2.flac", "B")], [])
    assert sorted([file.name for group in found for file in group.files]) == ["1.flac", "2.flac"]
    assert len(found) == 2


@pytest.mark.parametrize("discs", [("CD1", "CD2"), ("Disc 1", "disc_02 - live"), ("Disk01", "Disque 2")])
def test_folders_of_discs_join(discs: tuple[str, str]) -> None:
    one, two = f"box/{discs[0]}/1.flac", f"box/{discs[1]}/1.flac"
    assert names(candidate(one), candidate(two)) == {"box": [one, two]}


def test_neighbours_join_where_their_disc_tags_differ() -> None:
    files = [candidate(f"box/part {letter}/1.flac", disc=disc) for disc, letter in enumerate("abc", 1)]
    assert names(*files) == {"box": [file.name for file in files]}


def test_neighbours_of_the_same_disc_stay_apart() -> None:
    assert len(names(candidate("x/a/1.flac", disc=1), candidate("x/b/1.flac", disc=1))) == 2
    assert len(names(candidate("x/a/1.flac"), candidate("x/b/1.flac", disc=2))) == 2
    assert len(names(candidate("x/a/1.flac", disc=1, artist="A"), candidate("x/b/1.flac", disc=2, artist="B"))) == 2


def test_a_sidecar_takes_its_folder_down_to_the_next_one() -> None:
    files = [candidate("box/1.flac", "A"), candidate("box/cd/2.flac", "B"), candidate("box/own/3.flac", "C")]
    found = names(*files, sidecars=("box/release.toml", "box/own/release.toml"))
    assert found == {"box": ["box/1.flac", "box/cd/2.flac"], "box/own": ["box/own/3.flac"]}


def test_a_sidecar_without_music_is_a_release_that_lacks_everything() -> None:
    assert names(sidecars=("empty/release.toml",)) == {"empty": []}
