"""Masters in: look at a file, read its PCM, prove that it is whole.

Masters are FLAC of 16 or 24 bits and one to eight channels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from lathe.audio import stated
from lathe.audio.containers import flac, flac_metadata
from lathe.audio.containers.flac_metadata import MetadataError
from lathe.audio.containers.window import Window
from lathe.audio.errors import SourceError
from lathe.audio.frames import FrameReader, broken_off
from lathe.audio.pcm import Pcm, packed, rechunked
from lathe.audio.source import Source
from lathe.audio.stated import Claim

BLOCK = 65536
STEP = 8192
"""Samples a step where somebody waits for the first bytes of an encode: they leave within milliseconds."""


@dataclass(frozen=True)
class Probe:
    """What a file says of itself: container and codec, its PCM, its tags by lower-case name, its picture's bytes."""

    container: str
    codec: str
    source: Source
    tags: dict[str, list[str]]
    picture: bytes | None


def probe(path: Path | str) -> Probe:
    """Look at a master's headers; cheap, and no proof that it is whole (`verify` is).

    `source.samples` is 0 where the file does not say. Raises SourceError.
    """
    file = Path(path)
    claim = stated.claim(file)
    with file.open("rb") as stream:
        try:
            tags, picture = _tags(stream, claim), _picture(stream, claim)
        except MetadataError as error:
            raise SourceError(error.kind, f"{file.name}: {error}") from error
    return Probe("flac", "flac", claim.source, tags, picture)


def _tags(stream: BinaryIO, claim: Claim) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for block in claim.blocks.all:
        if block.kind == flac.COMMENT:
            for name, text in flac_metadata.comments(stream, block):
                tags.setdefault(name.lower(), []).append(text)
    return tags


def _picture(stream: BinaryIO, claim: Claim) -> bytes | None:
    art = flac_metadata.cover(stream, claim.blocks)
    return Window(stream, art.start, art.size).take(art.size) if art else None


def pcm_blocks(path: Path | str, *, start: int = 0, block: int = BLOCK) -> Iterator[Pcm]:
    """Yield the samples from `start` on in blocks of shape (block, channels), the last one shorter.

    int16 for 16 bits; int32 with values of 24 bits for 24. Raises SourceError where the file is no master or breaks
    off.
    """
    yield from rechunked(FrameReader(Path(path)).frames(start), block)


def described(path: Path | str, source: Source, *, start: int = 0, block: int = BLOCK) -> Iterator[Pcm]:
    """Yield what `pcm_blocks` does of the music that `source` describes: of an excerpt no more than its samples, else
    all there is, so that a master which is too long is found out."""
    left = source.samples - start
    for samples in pcm_blocks(path, start=start, block=block):
        yield samples[:left] if source.is_excerpt else samples
        left -= len(samples)
        if source.is_excerpt and left <= 0:
            return


class Proof:
    """Proves, block by block, that a master holds what it states."""

    def __init__(self, file: Path, stated: Source) -> None:
        self._file, self._stated = file, stated
        self._digest = hashlib.md5(usedforsecurity=False)
        self._samples = 0

    def feed(self, block: Pcm) -> None:
        """Take the next samples. Raises SourceError as soon as there are more than are stated or allowed."""
        self._digest.update(packed(block, self._stated.bits))
        self._samples += len(block)
        if self._stated.samples and self._samples > self._stated.samples:
            raise SourceError(
                "damaged",
                f"{self._file.name} states {self._stated.samples} samples and holds more. Deliver the file again.",
            )
        if replace(self._stated, samples=self._samples).pcm_bytes > stated.MOST_PCM_BYTES:
            raise stated.too_much(self._file)

    def finish(self) -> Source:
        """Return what is now known. Raises SourceError: damaged, truncated, md5_mismatch."""
        if self._samples == 0:
            raise SourceError("damaged", f"{self._file.name} holds no sound. Deliver the file again.")
        if self._samples < self._stated.samples:
            raise broken_off(self._file, self._stated, self._samples)
        if self._stated.pcm_md5 not in (None, self._digest.hexdigest()):
            raise SourceError(
                "md5_mismatch",
                f"{self._file.name}: the music does not match the MD5 it carries. "
                "The file was damaged; deliver it again.",
            )
        return replace(self._stated, samples=self._samples, pcm_md5=self._digest.hexdigest())


def verify(path: Path | str, progress: Callable[[float], None] | None = None) -> Source:
    """Decode the whole master and compare its length and MD5 with what it states; return what is now known.

    `progress` is told the share done, 0 to 1. Raises SourceError: missing, not_audio, lossy, unsupported, truncated,
    damaged, md5_mismatch.
    """
    file = Path(path)
    claim = stated.read(file)
    proof, samples = Proof(file, claim), 0
    for block in pcm_blocks(file):
        proof.feed(block)
        samples += len(block)
        if progress and claim.samples:
            progress(min(1.0, samples / claim.samples))
    return proof.finish()
