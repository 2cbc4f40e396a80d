"""Whole files as the engine makes them, for tests that read them back."""

from __future__ import annotations

from pathlib import Path

from lathe.audio import decode, encode, formats, heads, plan
from lathe.audio.codecs import CODECS
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

TAGS = Tags("Gymnopédie", artists=("Erik Satie",), album="Trois Gymnopédies", track_number=1)


def make(folder: Path, master: Path, text: str, cover: Picture | None = None) -> tuple[Path, Source]:
    """Cut a master to a format; return the file and the sound it was cut to."""
    fmt, source = formats.parse(text), decode.verify(master)
    pieces: list[bytes] = []
    facts = encode.write_body(pieces.append, fmt, master, source)
    head, tail = heads.head(fmt, source, TAGS, cover, facts), heads.tail(fmt, source, TAGS, cover)
    path = folder / f"{text.replace(':', '-')}.{CODECS[fmt.codec].extension}"
    path.write_bytes(b"".join((head, *pieces, tail)))
    return path, plan.output(fmt, source)
