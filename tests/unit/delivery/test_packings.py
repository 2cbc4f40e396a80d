"""ZIP and tar as other programs read them, over 4 GiB too."""

from __future__ import annotations

import os
import subprocess
import tarfile
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest

from lathe.delivery.packings import PACKINGS
from lathe.delivery.packings.base import Entry, Packing, Sums
from tests.plugins import sampling

GIB = 1 << 30
CRC_OF_ZEROS = {4 * GIB + 12345: 0x1E83137D, 4 * GIB - 1: 0}
"""By their number; worked out once with zlib, for it takes seconds."""


def written(packing: Packing, target: Path, files: list[tuple[Entry, bytes | int]]) -> None:
    """Write an archive of files: bytes, or so many zeros, which take no room on the disk."""
    packed = []
    with target.open("wb") as file:
        for entry, content in files:
            sums = summed(content)
            file.write(packing.before(entry, sums.size))
            if isinstance(content, int):
                file.seek(content, os.SEEK_CUR)
            else:
                file.write(content)
            file.write(packing.after(entry, sums))
            packed.append((entry, sums))
        file.write(packing.end(packed))


def summed(content: bytes | int) -> Sums:
    if isinstance(content, bytes):
        return Sums(len(content), zlib.crc32(content), "")
    return Sums(content, CRC_OF_ZEROS[content], "")


def entry(path: str, most_bytes: int) -> Entry:
    return Entry(path, date(1888, 2, 18), most_bytes)


def checked(target: Path) -> None:
    """Have every program at hand read an archive to its end."""
    commands = {
        ".zip": [["unzip", "-tqq"], ["7z", "t", "-bso0"], ["bsdtar", "-tf"]],
        ".tar": [["tar", "-tf"], ["7z", "t", "-bso0"], ["bsdtar", "-tf"]],
    }
    for command in commands[target.suffix]:
        done = subprocess.run([*command, target], capture_output=True, check=False)
        assert done.returncode == 0, (command, done.stderr)


FILES: list[tuple[Entry, bytes | int]] = [
    (entry("Clara – Préludes/01 Ⅰ.flac", 100_000), b"music" * 7),
    (entry("Clara – Préludes/02 空.flac", 5 * GIB), b"may be large, and is not"),
    (entry("Clara – Préludes/" + "longer than ustar takes " * 8 + ".flac", 10), b""),
]


@pytest.mark.needs_program("unzip", "7z", "bsdtar")
@pytest.mark.parametrize("suffix", PACKINGS)
def test_every_program_reads_what_is_packed(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"small.{suffix}"
    written(PACKINGS[suffix], target, FILES)
    checked(target)


def test_python_finds_names_contents_and_a_fixed_time_in_a_zip(tmp_path: Path) -> None:
    target = tmp_path / "small.zip"
    written(PACKINGS["zip"], target, FILES)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert [(one.filename, archive.read(one)) for one in archive.infolist()] == [
            (one.path, content) for one, content in FILES
        ]
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 12, 0, 0)}


def test_python_finds_names_and_contents_in_a_tar(tmp_path: Path) -> None:
    target = tmp_path / "small.tar"
    written(PACKINGS["tar"], target, FILES)
    with tarfile.open(target) as archive:
        found = [(one.name, archive.extractfile(one).read()) for one in archive]  # type: ignore[union-attr]
    assert found == [(one.path, content) for one, content in FILES]


def test_how_many_bytes_stand_around_a_file_follows_from_its_size_alone() -> None:
    for packing in PACKINGS.values():
        for size in (0, 1, 512, 5 * GIB):
            one = entry("a/b.flac", 6 * GIB)
            blank, known = Sums(size, 0, ""), Sums(size, 0xFFFFFFFF, "f" * 64)
            assert len(packing.after(one, blank)) == len(packing.after(one, known))
            assert len(packing.end([(one, blank)] * 3)) == len(packing.end([(one, known)] * 3))


@pytest.mark.needs_program("unzip", "7z", "bsdtar")
@pytest.mark.parametrize("suffix", PACKINGS)
def test_every_program_reads_files_and_archives_over_four_gib(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"large.{suffix}"
    large: list[tuple[Entry, bytes | int]] = [
        (entry("a.wav", 5 * GIB), 4 * GIB + 12345),
        (entry("b.wav", 5 * GIB), 4 * GIB - 1),
        (entry("c.wav", 100_000), b"lies past 8 GiB"),
    ]
    written(PACKINGS[suffix], target, large)
    for command in ["unzip", "-p"], ["7z", "x", "-so"], ["bsdtar", "-xOf"]:
        if suffix == "zip" or command[0] != "unzip":
            done = subprocess.run([*command, target, "c.wav"], capture_output=True, check=True)
            assert done.stdout == b"lies past 8 GiB", command
    if sampling.is_full():
        checked(target)


def test_more_files_than_a_plain_zip_can_count(tmp_path: Path) -> None:
    target = tmp_path / "many.zip"
    written(PACKINGS["zip"], target, [(entry(f"{number}.txt", 1), b"x") for number in range(66_000)])
    with zipfile.ZipFile(target) as archive:
        assert len(archive.namelist()) == 66_000
