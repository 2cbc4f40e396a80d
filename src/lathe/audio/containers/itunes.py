"""Tags of MPEG-4 files as iTunes stores them: the `ilst` box, with free-form items for what has no box of its own."""

from __future__ import annotations

import struct

from lathe.audio.containers import mp4, vorbis_comment
from lathe.audio.tags import Picture, Tags, clean

BINARY, TEXT, JPEG, PNG = 0, 1, 13, 14
_MEAN = b"com.apple.iTunes"
_FREE_NAMES = {
    "ISRC": "ISRC",
    "BARCODE": "BARCODE",
    "LABEL": "LABEL",
    "LICENSE": "LICENSE",
    "MUSICBRAINZ_TRACKID": "MusicBrainz Track Id",
    "MUSICBRAINZ_ALBUMID": "MusicBrainz Album Id",
    "MUSICBRAINZ_ARTISTID": "MusicBrainz Artist Id",
    "MUSICBRAINZ_ALBUMARTISTID": "MusicBrainz Album Artist Id",
}
"""Vorbis names of fields without a box of their own, and the names under which players look for them here."""


def ilst(tags: Tags, cover: Picture | None, own: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Return the `ilst` box; `own` are free-form items of the codec's."""
    items = [
        _item(kind, *(_data(TEXT, clean(text).encode()) for text in texts)) for kind, texts in _texts(tags) if texts
    ]
    for kind, number, total, spare in (
        (b"trkn", tags.track_number, tags.track_total, 2),
        (b"disk", tags.disc_number, tags.disc_total, 0),
    ):
        if number is not None or total is not None:
            place = struct.pack(">HHH", 0, min(number or 0, 65535), min(total or 0, 65535)) + bytes(spare)
            items.append(_item(kind, _data(BINARY, place)))
    if cover:
        items.append(_item(b"covr", _data(PNG if cover.media_type == "image/png" else JPEG, cover.data)))
    return mp4.box(b"ilst", *items, *(_free(name, texts) for name, texts in _free_items(tags, own).items()))


def _texts(tags: Tags) -> list[tuple[bytes, tuple[str, ...]]]:
    return [
        (b"\xa9nam", _said(tags.title)),
        (b"\xa9ART", _said(*tags.artists)),
        (b"\xa9alb", _said(tags.album)),
        (b"aART", _said(tags.album_artist)),
        (b"\xa9wrt", _said(*tags.composers)),
        (b"\xa9day", _said(tags.date)),
        (b"\xa9gen", _said(tags.genre)),
        (b"cprt", _said(tags.copyright)),
        (b"\xa9cmt", _said(tags.comment)),
    ]


def _said(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _free_items(tags: Tags, own: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in vorbis_comment.fields(tags):
        if name in _FREE_NAMES:
            found.setdefault(_FREE_NAMES[name], []).append(text)
    for name, text in [*vorbis_comment.replaygain(tags), *own]:
        found[name] = [text]
    return found


def _item(kind: bytes, *data: bytes) -> bytes:
    return mp4.box(kind, *data)


def _data(kind: int, value: bytes) -> bytes:
    return mp4.box(b"data", struct.pack(">II", kind, 0), value)


def _free(name: str, texts: list[str]) -> bytes:
    return _item(
        b"----",
        mp4.full_box(b"mean", 0, 0, _MEAN),
        mp4.full_box(b"name", 0, 0, name.encode()),
        *(_data(TEXT, text.encode()) for text in texts),
    )
