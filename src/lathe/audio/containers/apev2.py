"""APEv2 tags, as they stand behind WavPack (hydrogenaud.io's description of APEv2)."""

from __future__ import annotations

import struct

from lathe.audio.containers import vorbis_comment
from lathe.audio.tags import Picture, Tags, clean

VERSION = 2000
BINARY = 2
_HAS_HEADER, _IS_HEADER = 1 << 31, 1 << 29
_NAMES = {
    "TITLE": "Title",
    "ARTIST": "Artist",
    "ALBUM": "Album",
    "ALBUMARTIST": "Album Artist",
    "COMPOSER": "Composer",
    "DATE": "Year",
    "GENRE": "Genre",
    "LABEL": "Label",
    "BARCODE": "Barcode",
    "COPYRIGHT": "Copyright",
    "LICENSE": "License",
    "COMMENT": "Comment",
}
"""Vorbis names and APEv2's; a name that is not here is the same in both."""
_PLACES = ("TRACKNUMBER", "TRACKTOTAL", "DISCNUMBER", "DISCTOTAL")


def tag(tags: Tags, cover: Picture | None) -> bytes:
    """Return a whole APEv2 tag with header and footer."""
    items = [_item(name, 0, "\0".join(texts).encode()) for name, texts in _texts(tags).items()]
    if cover:
        kind = "png" if cover.media_type == "image/png" else "jpg"
        items.append(_item("Cover Art (Front)", BINARY, f"cover.{kind}".encode() + b"\0" + cover.data))
    body = b"".join(items)
    return _edge(len(items), len(body), _IS_HEADER) + body + _edge(len(items), len(body), 0)


def _texts(tags: Tags) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in [*vorbis_comment.fields(tags), *vorbis_comment.replaygain(tags), *_places(tags)]:
        if name not in _PLACES:
            found.setdefault(_NAMES.get(name, name), []).append(clean(text))
    return found


def _places(tags: Tags) -> list[tuple[str, str]]:
    places = (("Track", tags.track_number, tags.track_total), ("Disc", tags.disc_number, tags.disc_total))
    return [
        (name, str(number or 0) if total is None else f"{number or 0}/{total}")
        for name, number, total in places
        if number is not None or total is not None
    ]


def _item(name: str, flags: int, value: bytes) -> bytes:
    return struct.pack("<II", len(value), flags) + name.encode("ascii") + b"\0" + value


def _edge(items: int, size: int, kind: int) -> bytes:
    """Return the header or the footer; the size counts the items and the footer."""
    return struct.pack("<8sIIII8x", b"APETAGEX", VERSION, size + 32, items, _HAS_HEADER | kind)
