"""What kind of file this is, from its first bytes alone: no demuxer is let loose on a stranger."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from lathe.audio.errors import SourceFault

LOOKED_AT = 65536


class Kind(NamedTuple):
    """A kind of file: its name for people, why it is no master (None for FLAC), and the demuxer of FFmpeg that plays it
    to be looked at; empty where it is only known by name.
    """

    name: str
    fault: SourceFault | None
    demuxer: str = ""


FLAC = Kind("FLAC", None, "flac")
_MAGIC: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"fLaC", FLAC),
    (8, b"WAVE", Kind("WAV", "unsupported", "wav")),
    (0, b"FORM", Kind("AIFF", "unsupported", "aiff")),
    (0, b"wvpk", Kind("WavPack", "unsupported", "wv")),
    (0, b"MAC ", Kind("Monkey's Audio", "unsupported")),
    (0, b"TTA1", Kind("TTA", "unsupported", "tta")),
    (0, b"MPCK", Kind("Musepack", "lossy", "mpc8")),
    (0, b"MP+", Kind("Musepack", "lossy")),
    (0, bytes.fromhex("3026b2758e66cf11"), Kind("Windows Media", "lossy", "asf")),
)


def kind(path: Path) -> Kind:
    """Return the kind of the file at `path`; an ID3v2 tag before the music is looked past."""
    with path.open("rb") as file:
        start = file.read(10)
        file.seek(id3_bytes(start))
        data = file.read(LOOKED_AT)
    for offset, magic, found in _MAGIC:
        if data[offset : offset + len(magic)] == magic:
            return found
    return _ogg(data) or _mp4(data) or _mpeg(data) or Kind("no audio file that is known here", "not_audio")


def id3_bytes(start: bytes) -> int:
    """Return the length of the ID3v2 tag that begins with these ten bytes, or 0 (ID3v2.4, section 3.1)."""
    if len(start) < 10 or start[:3] != b"ID3":
        return 0
    size = 0
    for byte in start[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if start[5] & 0x10 else 0)


def _ogg(data: bytes) -> Kind | None:
    if data[:4] != b"OggS":
        return None
    return (
        Kind("Ogg FLAC", "unsupported", "ogg")
        if b"\x7fFLAC" in data[:128]
        else Kind("Ogg (Vorbis or Opus)", "lossy", "ogg")
    )


def _mp4(data: bytes) -> Kind | None:
    if data[4:8] != b"ftyp":
        return None
    return Kind("Apple Lossless", "unsupported", "mov") if b"alac" in data else Kind("MP4 (AAC)", "lossy", "mov")


def _mpeg(data: bytes) -> Kind | None:
    """Two sync bytes and header fields that are not the reserved ones: MPEG audio, or AAC in ADTS."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0 or data[2] >> 4 == 15:
        return None
    if data[1] & 0x06 == 0:
        return Kind("AAC", "lossy", "aac")
    return Kind("MP2", "lossy", "mp3") if data[1] & 0x06 == 0x04 else Kind("MP3", "lossy", "mp3")
