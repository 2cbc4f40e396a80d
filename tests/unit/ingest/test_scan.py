"""Looking through a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from lathe.ingest import scan
from lathe.ingest.errors import IngestError


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_sound_and_sidecars_are_found_at_any_depth(tmp_path: Path) -> None:
    touch(tmp_path, "a/b/c/1.flac", "a/2.FLAC", "a/release.toml", "a/notes.txt", "x.mp3", ".hidden/3.flac", "._4.flac")
    found = scan.look(tmp_path)
    assert [found.name(file) for file in found.files] == ["a/2.FLAC", "a/b/c/1.flac", "x.mp3"]
    assert [found.name(file) for file in found.sidecars] == ["a/release.toml"]


def test_one_file_is_a_delivery_of_one(tmp_path: Path) -> None:
    touch(tmp_path, "1.flac", "2.flac", "release.toml")
    found = scan.look(tmp_path / "1.flac")
    assert [found.name(file) for file in found.files] == ["1.flac"]
    assert not found.sidecars


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_followed(tmp_path: Path) -> None:
    touch(tmp_path, "outside.flac", "music/1.flac")
    (tmp_path / "music/out.flac").symlink_to(tmp_path / "outside.flac")
    (tmp_path / "music/in.flac").symlink_to(tmp_path / "music/1.flac")
    (tmp_path / "music/loop").symlink_to(tmp_path / "music")
    found = scan.look(tmp_path / "music")
    assert [found.name(file) for file in found.files] == ["1.flac", "in.flac"]
    assert [(file.path, file.verdict) for file in found.refused] == [("out.flac", "unsupported")]


def test_a_circle_of_links_is_refused_and_the_others_go_in(tmp_path: Path) -> None:
    touch(tmp_path, "1.flac")
    (tmp_path / "a.flac").symlink_to("b.flac")
    (tmp_path / "b.flac").symlink_to("a.flac")
    found = scan.look(tmp_path)
    assert [found.name(file) for file in found.files] == ["1.flac"]
    assert [file.path for file in found.refused] == ["a.flac", "b.flac"]


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="no file or folder"):
        scan.look(tmp_path / "nowhere")


def test_an_endless_tree_ends(tmp_path: Path) -> None:
    (tmp_path / Path(*["d"] * (scan.DEEPEST + 2))).mkdir(parents=True)
    with pytest.raises(IngestError, match="folders deep"):
        scan.look(tmp_path)
