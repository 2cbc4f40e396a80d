"""Which files make a release: pure decisions on paths and tags."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lathe.ingest.words import Words

_DISC_FOLDER = re.compile(r"^(?:cd|dis[ck]|disque|volume|vol)[\s._-]*0*(\d{1,2})(?!\d)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Candidate:
    """A file whose header could be read: its absolute path, its name for people, what it says.

    A picture in it stays there until it is wanted: a large delivery has thousands.
    """

    path: Path
    name: str
    words: Words
    has_picture: bool = False


@dataclass(frozen=True)
class Group:
    """Files that make one release, in order of their names. `folder` is where it lies, or its sidecar."""

    folder: Path
    sidecar: Path | None
    files: tuple[Candidate, ...]


def groups(candidates: Sequence[Candidate], sidecars: Iterable[Path]) -> list[Group]:
    """Join files to releases.

    A sidecar takes every file in its folder and below, down to the next sidecar. Elsewhere the files of one folder with
    the same album tag are a release; folders of discs (CD1, Disc 2) count as the folder above them, and neighbouring
    folders of one album join where their disc tags differ.
    """
    owners = {path.parent: path for path in sidecars}
    by_sidecar: dict[Path, list[Candidate]] = {folder: [] for folder in owners}
    free: list[Candidate] = []
    for candidate in candidates:
        owner = next((folder for folder in candidate.path.parents if folder in owners), None)
        (free if owner is None else by_sidecar[owner]).append(candidate)
    owned = [Group(folder, owners[folder], tuple(files)) for folder, files in by_sidecar.items()]
    return sorted(owned + _joined(_by_album(free)), key=lambda group: group.folder.as_posix())


def disc_of_folder(folder: Path) -> int | None:
    """The number of a folder that is named for a disc: 2 for 'CD 2' or 'Disc02 - Live'."""
    found = _DISC_FOLDER.match(folder.name)
    return int(found[1]) or None if found else None


def _by_album(candidates: list[Candidate]) -> list[Group]:
    albums: dict[tuple[Path, str, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        folder = candidate.path.parent
        place = folder.parent if disc_of_folder(folder) else folder
        albums[place, _folded(candidate.words.album), _folded(candidate.words.album_artist)].append(candidate)
    return [Group(place, None, tuple(files)) for (place, _, _), files in albums.items()]


def _joined(found: list[Group]) -> list[Group]:
    """Join neighbouring folders of one album whose files all carry disc numbers, none of them in two folders."""
    joined: list[Group] = []
    for group in found:
        home = next((place for place, other in enumerate(joined) if _are_discs_of_one(other, group)), None)
        if home is None:
            joined.append(group)
        else:
            other = joined[home]
            above = other.folder if group.folder.parent == other.folder else other.folder.parent
            joined[home] = replace(other, folder=above, files=other.files + group.files)
    return joined


def _are_discs_of_one(one: Group, other: Group) -> bool:
    same_album = _folded(one.files[0].words.album) == _folded(other.files[0].words.album) != ""
    same_artist = _folded(one.files[0].words.album_artist) == _folded(other.files[0].words.album_artist)
    neighbours = other.folder.parent in (one.folder.parent, one.folder) and one.folder != other.folder
    discs, others = _discs(one), _discs(other)
    return same_album and same_artist and neighbours and 0 not in discs | others and not discs & others


def _discs(group: Group) -> set[int]:
    return {file.words.disc or 0 for file in group.files}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
