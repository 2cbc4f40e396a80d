"""What a sidecar encloses with the music: a booklet, and the words of its songs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lathe.catalogue import actions as catalogue
from lathe.catalogue.actions import BookletFacts
from lathe.catalogue.models import Release, Track
from lathe.ingest.errors import PaperError
from lathe.ingest.notes import Sidecar
from lathe.objects import stores

LARGEST_BOOKLET_BYTES = 100_000_000
LARGEST_LYRICS_BYTES = 64 * 1024
_PDF = b"%PDF-"


@dataclass(frozen=True)
class Papers:
    """A booklet that lies in the store, the words by the names of files, and sentences on what cannot be used."""

    booklet: BookletFacts | None = None
    lyrics: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read(sidecar: Sidecar | None) -> Papers:
    """Read and check what a sidecar encloses, and store the booklet. What cannot be used is left out with a warning."""
    if sidecar is None:
        return Papers()
    booklet, lyrics, warnings = None, {}, []
    try:
        booklet = _booklet(sidecar.booklet) if sidecar.booklet else None
    except PaperError as wrong:
        warnings.append(str(wrong))
    for note in sidecar.tracks:
        try:
            if note.lyrics:
                lyrics[note.file] = _lyrics(note.lyrics)
        except PaperError as wrong:
            warnings.append(str(wrong))
    return Papers(booklet, lyrics, tuple(warnings))


def put(papers: Papers, release: Release, files: Mapping[str, Track]) -> bool:
    """Put papers to the release and its tracks, in the caller's transaction. True when something changed.

    What is not enclosed this time stays as it is.
    """
    changed = [catalogue.set_booklet(release=release, booklet=papers.booklet)] if papers.booklet else []
    changed += [
        catalogue.set_lyrics(track=files[name], lyrics=text) for name, text in papers.lyrics.items() if name in files
    ]
    return any(changed)


def _booklet(path: Path) -> BookletFacts:
    size = _size(path, "booklet", LARGEST_BOOKLET_BYTES)
    with path.open("rb") as file:
        if file.read(len(_PDF)) != _PDF:
            raise PaperError(f"The booklet {path.name} is no PDF, so it was left out. Save it as PDF.")
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    stores.documents().put_new(sha256, path)
    return BookletFacts(sha256, size)


def _lyrics(path: Path) -> str:
    _size(path, "text", LARGEST_LYRICS_BYTES)
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError as wrong:
        raise PaperError(f"The text {path.name} is not UTF-8, so it was left out. Save it as UTF-8.") from wrong
    if any(letter < " " and letter not in "\n\t" for letter in text):
        raise PaperError(f"The text {path.name} holds control characters, so it was left out. Save it as plain text.")
    return text


def _size(path: Path, what: str, largest_bytes: int) -> int:
    if not path.is_file():
        raise PaperError(
            f"There is no {what} {path.name}. Put it into the folder, or take its name out of release.toml."
        )
    size = path.stat().st_size
    if not 0 < size <= largest_bytes:
        raise PaperError(f"The {what} {path.name} must have 1 to {largest_bytes} bytes, so it was left out.")
    return size
