"""Proof that a lossless body was made of the master that was described.

Where nothing is converted and import proved the music of the file, the file's SHA-256 is the proof: it is the file that
was imported, and so are its samples, whose frames are looked at once more by their CRC-16 and their places. Elsewhere
the proof is an MD5 over the music, in order, which all of it has to be brought to one place for; that takes an eighth
of the time of a FLAC in parts.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from lathe.audio import plan
from lathe.audio.errors import EncodeError
from lathe.audio.order import Format
from lathe.audio.source import Source

READ_BYTES = 1 << 20


class Proof(Protocol):
    """Hears of a body while it is made, and decides at the end."""

    def hear(self, music: bytes | memoryview) -> None:
        """Take the next bytes of the music, as an MD5 counts them."""

    def advance(self, part: int, parts: int) -> None:
        """Take that so many of the parts are laid."""

    def finish(self) -> str:
        """Return the MD5 of the music. Raises EncodeError where it was another master."""


def is_by_file(fmt: Format, source: Source) -> bool:
    """Whether the file is the proof, so that nobody has to hear the music."""
    return source.file_sha256 is not None and plan.output(fmt, source).pcm_md5 is not None


def of(fmt: Format, path: Path | str, source: Source) -> Proof:
    """Return the proof for the lossless body of a conformed format."""
    if source.file_sha256 and source.pcm_md5 and is_by_file(fmt, source):
        return FileProof(Path(path), source.file_sha256, source.pcm_md5)
    return MusicProof(Path(path), plan.output(fmt, source).pcm_md5)


class FileProof:
    """The SHA-256 of the master's file, taken bit by bit beside the parts."""

    def __init__(self, path: Path, sha256: str, md5: str) -> None:
        self._path, self._due, self._md5 = path, sha256, md5
        self._digest, self._read = hashlib.sha256(), 0

    def hear(self, music: bytes | memoryview) -> None:
        """Hear nothing: the file says it all."""

    def advance(self, part: int, parts: int) -> None:
        with self._path.open("rb") as file:
            file.seek(0, 2)
            stop = file.tell() * part // parts
            file.seek(self._read)
            while data := file.read(min(READ_BYTES, stop - self._read)):
                self._digest.update(data)
                self._read += len(data)

    def finish(self) -> str:
        if self._digest.hexdigest() != self._due:
            raise EncodeError(
                f"{self._path.name} is no longer the file that was imported, with the SHA-256 {self._due}; restore the "
                "master from a backup."
            )
        return self._md5


class MusicProof:
    """The MD5 of the music, against the one that is known, if any is."""

    def __init__(self, path: Path, due: str | None) -> None:
        self._path, self._due = path, due
        self._digest = hashlib.md5(usedforsecurity=False)

    def hear(self, music: bytes | memoryview) -> None:
        self._digest.update(music)

    def advance(self, part: int, parts: int) -> None:
        """Wait for the music."""

    def finish(self) -> str:
        found = self._digest.hexdigest()
        if self._due not in (None, found):
            raise EncodeError(
                f"{self._path.name} no longer matches the MD5 {self._due} of its master; restore the master from a "
                "backup."
            )
        return found
