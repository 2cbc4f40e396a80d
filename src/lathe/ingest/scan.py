"""Looks through a folder for music and sidecars. Follows no link out of it and opens nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from lathe.ingest import sidecar
from lathe.ingest.errors import IngestError
from lathe.ingest.verdicts import FileReport

SOUND = frozenset(
    {
        *(".flac", ".mp3", ".m4a", ".m4b", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".wav", ".w64", ".aif", ".aiff"),
        *(".caf", ".wma", ".ape", ".wv", ".tta", ".tak", ".mpc", ".dsf", ".dff", ".mka", ".alac", ".ac3", ".dts"),
    }
)
"""Endings of names that promise sound. What a file really is, its bytes say."""

DEEPEST = 40


@dataclass(frozen=True)
class Delivery:
    """What lies under `root`: files of sound, sidecars, and what was refused at sight. All paths are absolute."""

    root: Path
    files: tuple[Path, ...]
    sidecars: tuple[Path, ...]
    refused: tuple[FileReport, ...] = ()

    def name(self, path: Path) -> str:
        """A path as people know it: below the root, with slashes."""
        return path.relative_to(self.root).as_posix()


def look(path: Path) -> Delivery:
    """List what is to be imported: the files of a folder at any depth, or one file. Raises IngestError."""
    if not path.exists():
        raise IngestError(f"There is no file or folder {path}. Check the spelling.")
    root = path.resolve()
    if root.is_file():
        return Delivery(root.parent, (root,), ())
    files: list[Path] = []
    sidecars: list[Path] = []
    refused: list[FileReport] = []
    for found in sorted(_walk(root, 0), key=lambda item: item.as_posix()):
        if found.is_symlink() and not _stays_inside(found, root):
            name = found.relative_to(root).as_posix()
            refused.append(
                FileReport(name, "unsupported", f"{found.name} is a link out of the folder. Put the file itself there.")
            )
        elif found.name == sidecar.NAME:
            sidecars.append(found)
        else:
            files.append(found)
    return Delivery(root, tuple(files), tuple(sidecars), tuple(refused))


def _walk(folder: Path, depth: int) -> list[Path]:
    if depth > DEEPEST:
        raise IngestError(f"{folder} lies more than {DEEPEST} folders deep. Import a folder further down.")
    found: list[Path] = []
    try:
        entries = list(os.scandir(folder))
    except PermissionError as refusal:
        raise IngestError(f"{folder} may not be read by this user. Allow it, or import another folder.") from refusal
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            found += _walk(Path(entry.path), depth + 1)
        elif entry.name == sidecar.NAME or Path(entry.name).suffix.lower() in SOUND:
            found.append(Path(entry.path))
    return found


def _stays_inside(link: Path, root: Path) -> bool:
    """Whether a link leads to a file below the root; one that leads round in circles leads nowhere."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # a RuntimeError for a circle, on Python 3.11
        return False
    return target.is_relative_to(root) and target.is_file()
