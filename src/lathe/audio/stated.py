"""What a FLAC master states before its music, and the refusal of what is no master. Nothing is decoded."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lathe.audio.containers import flac_metadata, identify
from lathe.audio.containers.flac_metadata import Blocks, MetadataError
from lathe.audio.errors import SourceError, SourceFault
from lathe.audio.source import Source

LONGEST_S = 24 * 3600
HIGHEST_HZ = 384_000
MOST_PCM_BYTES = 32 << 30
"""Of one master, unpacked: a day of CD stereo, or eight hours of 24/192 stereo. A few bytes of FLAC can hold more."""
NO_MD5 = bytes(16)
STREAMINFO_BYTES = 34


@dataclass(frozen=True)
class Claim:
    """What a master states: its PCM, the body of its STREAMINFO, and where its blocks and its music lie."""

    source: Source
    streaminfo: bytes
    blocks: Blocks


def read(file: Path) -> Source:
    """Return what STREAMINFO says, after every check that needs no decoding. Raises SourceError."""
    return claim(file).source


def claim(file: Path) -> Claim:
    """Return everything that the headers of a master state. Raises SourceError."""
    if not file.exists():
        raise SourceError("missing", f"{file.name}: there is no such file.")
    if not file.is_file():
        raise SourceError("not_audio", f"{file.name} is a folder or a device. Name a file.")
    if file.stat().st_size == 0:
        raise SourceError("not_audio", f"{file.name} is empty. Deliver the file again.")
    kind = identify.kind(file)
    if kind.fault:
        raise SourceError(kind.fault, _refusal(file, kind.name, kind.fault))
    with file.open("rb") as stream:
        try:
            return _claim(file, stream)
        except MetadataError as error:
            raise SourceError(error.kind, f"{file.name}: {error}") from error


def _claim(file: Path, stream: BinaryIO) -> Claim:
    start = identify.id3_bytes(stream.read(10))
    blocks = flac_metadata.blocks(stream, start, os.fstat(stream.fileno()).st_size)
    first = blocks.all[0]
    if first.size != STREAMINFO_BYTES:
        raise MetadataError("damaged", "the FLAC header is broken. Deliver the file again.")
    stream.seek(first.start)
    info = stream.read(STREAMINFO_BYTES)
    return Claim(_checked(file, info), info, blocks)


def _refusal(file: Path, name: str, fault: SourceFault) -> str:
    if fault == "lossy":
        return (
            f"{file.name} is {name}, which has already lost part of the music. Deliver the FLAC made from the original."
        )
    if fault == "not_audio":
        return f"{file.name} is {name}. Masters are FLAC."
    return f"{file.name} is {name}. Masters are FLAC: convert it with `flac --best` and deliver that."


def _checked(file: Path, info: bytes) -> Source:
    """Read STREAMINFO (RFC 9639, section 8.2) and refuse what no codec here can take."""
    source = _source(info)
    if source.bits not in (16, 24):
        raise SourceError(
            "unsupported",
            f"{file.name} has {source.bits} bits a sample; masters have 16 or 24. Convert it with `flac --best`.",
        )
    if not 8000 <= source.sample_rate_hz <= HIGHEST_HZ:
        raise SourceError(
            "unsupported",
            f"{file.name} runs at {source.sample_rate_hz} Hz; masters run at 8000 to {HIGHEST_HZ} Hz. "
            "Deliver it at the rate it was recorded at.",
        )
    if source.duration_s > LONGEST_S:
        raise SourceError(
            "unsupported",
            f"{file.name} states {source.duration_s / 3600:.0f} hours; a track has at most {LONGEST_S // 3600}. "
            "Cut it into tracks.",
        )
    if source.pcm_bytes > MOST_PCM_BYTES:
        raise too_much(file)
    return source


def _source(info: bytes) -> Source:
    packed_fields = int.from_bytes(info[10:18], "big")
    return Source(
        packed_fields >> 44,
        (packed_fields >> 36 & 31) + 1,
        (packed_fields >> 41 & 7) + 1,
        packed_fields & (1 << 36) - 1,
        None if info[18:34] == NO_MD5 else info[18:34].hex(),
    )


def too_much(file: Path) -> SourceError:
    """Return the error for a master that unpacks to more than is taken in."""
    return SourceError(
        "unsupported", f"{file.name} unpacks to more than {MOST_PCM_BYTES >> 30} GiB of sound. Cut it into tracks."
    )
