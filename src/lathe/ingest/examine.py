"""Examines one new file: copies it aside, names it by its bytes, proves it whole, measures it. Knows no database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lathe.audio import survey
from lathe.audio.errors import SourceError
from lathe.audio.measure import Measurement
from lathe.audio.source import Source

PIECE_BYTES = 1 << 20

Progress = Callable[[float], None]
"""Is told the share done, 0 to 1."""


@dataclass(frozen=True)
class Examined:
    """A master that is whole. `staged` is the copy that was examined; it is what goes into the store."""

    sha256: str
    size_bytes: int
    staged: Path
    source: Source
    measured: Measurement
    spectrogram: bytes


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def examine(path: Path, staged: Path, progress: Progress) -> Examined:
    """Copy a file to `staged` and examine the copy, so that what is stored is what was heard.

    Raises SourceError, its text naming the file as `path` does; the copy is removed then.
    """
    try:
        sha256, size = _copy(path, staged)
        found = survey.survey(staged, lambda share: progress(0.1 + share * 0.85))
    except SourceError as refusal:
        staged.unlink(missing_ok=True)
        raise SourceError(refusal.kind, str(refusal).replace(staged.name, path.name)) from refusal
    progress(1.0)
    return Examined(sha256, size, staged, found.source, found.measurement, found.spectrogram.png())


def _copy(path: Path, staged: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as source, staged.open("xb") as target:
        while piece := source.read(PIECE_BYTES):
            digest.update(piece)
            target.write(piece)
            size += len(piece)
    return digest.hexdigest(), size
