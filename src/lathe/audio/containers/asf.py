"""ASF, the container of Windows Media: the header with its tags, and packets of one size (Microsoft, Advanced Systems
Format Specification, revision 01.20.05).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lathe.audio.containers import vorbis_comment
from lathe.audio.tags import Picture, Tags, clean

TEXT, BINARY = 0, 1
FRONT_COVER = 3
PREROLL_MS = 1000
"""How much a player is to hold before it starts; all times in a file are later by it."""
PACKET_OVERHEAD = 26
"""Bytes of a packet besides the one piece of music in it."""
_AUDIO_TAG = 0x161
_SEEKABLE = 2
_HEADER = UUID("75b22630-668e-11cf-a6d9-00aa0062ce6c")
_FILE = UUID("8cabdca1-a947-11cf-8ee4-00c00c205365")
_STREAM = UUID("b7dc0791-a9b7-11cf-8ee6-00c00c205365")
_EXTENSION = UUID("5fbf03b5-a92e-11cf-8ee3-00c00c205365")
_EXTENSION_CLOCK = UUID("abd3d211-a9ba-11cf-8ee6-00c00c205365")
_LIBRARY = UUID("44231c94-9498-49d1-a141-1d134e457054")
_WORDS = UUID("75b22633-668e-11cf-a6d9-00aa0062ce6c")
_MORE_WORDS = UUID("d2d0a440-e307-11d2-97f0-00a0c95ea850")
_DATA = UUID("75b22636-668e-11cf-a6d9-00aa0062ce6c")
_AUDIO = UUID("f8699e40-5b4d-11cf-a8fd-00805f5c442b")
_SPREAD = UUID("bfc3cd50-618f-11cf-8bb2-00aa00b4e220")
_MOST_TEXT_BYTES = 65_534
_NAMES = {
    "ALBUM": "WM/AlbumTitle",
    "ALBUMARTIST": "WM/AlbumArtist",
    "ARTIST": "Author",
    "COMPOSER": "WM/Composer",
    "TRACKNUMBER": "WM/TrackNumber",
    "TRACKTOTAL": "TotalTracks",
    "DATE": "WM/Year",
    "GENRE": "WM/Genre",
    "ISRC": "WM/ISRC",
    "BARCODE": "WM/Barcode",
    "LABEL": "WM/Publisher",
    "LICENSE": "LICENSE",
    "MUSICBRAINZ_TRACKID": "MusicBrainz/Track Id",
    "MUSICBRAINZ_ALBUMID": "MusicBrainz/Album Id",
    "MUSICBRAINZ_ARTISTID": "MusicBrainz/Artist Id",
    "MUSICBRAINZ_ALBUMARTISTID": "MusicBrainz/Album Artist Id",
}
"""Vorbis names, and those under which Windows Media has them; what is not here stands in the content description."""


@dataclass(frozen=True)
class Stream:
    """What is fixed for one stream: samples a piece of music, its bytes, how many there are, and how the codec works
    (`private`).
    """

    sample_rate_hz: int
    channels: int
    bitrate_bps: int
    piece_samples: int
    piece_bytes: int
    pieces: int
    private: bytes

    @property
    def packet_bytes(self) -> int:
        """Length of a packet."""
        return PACKET_OVERHEAD + self.piece_bytes

    def time_ms(self, piece: int) -> int:
        """When a piece begins."""
        return piece * self.piece_samples * 1000 // self.sample_rate_hz


def packet(stream: Stream, number: int, piece: bytes) -> bytes:
    """Return the packet around one piece of music (sections 5.2.1 to 5.2.3.1): no padding, no fragments."""
    time_ms = stream.time_ms(number)
    parsing = struct.pack("<BHBBIH", 0x82, 0, 0, 0x5D, time_ms, stream.time_ms(number + 1) - time_ms)
    payload = struct.pack("<BBIBII", 0x81, number & 0xFF, 0, 8, len(piece), PREROLL_MS + time_ms)
    return parsing + payload + piece


def head(stream: Stream, name: bytes, tags: Tags, cover: Picture | None) -> bytes:
    """Return everything up to the first packet. `name` of 16 bytes tells this file from others."""
    objects = [_stream(stream), _extension(cover), _words(tags), _more_words(tags)]
    size = 30 + 104 + sum(map(len, objects)) + 50
    body = stream.pieces * stream.packet_bytes
    objects.insert(0, _file(stream, name, size + body))
    data = _DATA.bytes_le + struct.pack("<Q16sQH", 50 + body, name, stream.pieces, 0x0101)
    return _object(_HEADER, struct.pack("<IBB", len(objects), 1, 2) + b"".join(objects)) + data


def _object(kind: UUID, data: bytes) -> bytes:
    return kind.bytes_le + struct.pack("<Q", 24 + len(data)) + data


def _file(stream: Stream, name: bytes, size: int) -> bytes:
    """Return the file properties (section 3.2); the date of creation stays 0, so that the bytes repeat."""
    length = stream.pieces * stream.piece_samples * 10_000_000 // stream.sample_rate_hz
    times = (length + PREROLL_MS * 10_000, length, PREROLL_MS)
    packet_bytes = stream.packet_bytes
    bitrate = stream.bitrate_bps * packet_bytes // stream.piece_bytes
    tail = (_SEEKABLE, packet_bytes, packet_bytes, bitrate)
    return _object(_FILE, struct.pack("<16sQQQQQQIIII", name, size, 0, stream.pieces, *times, *tail))


def _stream(stream: Stream) -> bytes:
    """Return the stream properties (section 3.3): the format as WAVE tells it, and pieces that are not spread."""
    rate, piece = stream.sample_rate_hz, stream.piece_bytes
    form = struct.pack("<HHIIHHH", _AUDIO_TAG, stream.channels, rate, stream.bitrate_bps // 8, piece, 16, 10)
    spread = struct.pack("<BHHHB", 1, piece, piece, 1, 0)
    sizes = struct.pack("<QIIHI", 0, len(form) + len(stream.private), len(spread), 1, 0)
    return _object(_STREAM, _AUDIO.bytes_le + _SPREAD.bytes_le + sizes + form + stream.private + spread)


def _extension(cover: Picture | None) -> bytes:
    """Return the header's extension: the cover in a metadata library, for it alone takes more than 64 KiB."""
    inside = b""
    if cover:
        name, value = _text("WM/Picture"), _picture(cover)
        record = struct.pack("<HHHHI", 0, 0, len(name), BINARY, len(value)) + name + value
        inside = _object(_LIBRARY, struct.pack("<H", 1) + record)
    return _object(_EXTENSION, _EXTENSION_CLOCK.bytes_le + struct.pack("<HI", 6, len(inside)) + inside)


def _picture(cover: Picture) -> bytes:
    words = _text(cover.media_type) + _text(cover.description)
    return struct.pack("<BI", FRONT_COVER, len(cover.data)) + words + cover.data


def _words(tags: Tags) -> bytes:
    """Return the content description: title, author, copyright, description, rating."""
    texts = [tags.title, tags.artists[0] if tags.artists else "", tags.copyright, tags.comment, ""]
    values = [_text(text) if text else b"" for text in texts]
    return _object(_WORDS, struct.pack("<5H", *map(len, values)) + b"".join(values))


def _more_words(tags: Tags) -> bytes:
    """Return the extended content description: all other tags."""
    pairs = _pairs(tags)
    return _object(_MORE_WORDS, struct.pack("<H", len(pairs)) + b"".join(_descriptor(*pair) for pair in pairs))


def _pairs(tags: Tags) -> Sequence[tuple[str, str]]:
    """Return names and texts; the first artist stands in the content description already."""
    fields = [(_NAMES[name], text) for name, text in vorbis_comment.fields(tags) if name in _NAMES]
    first = next((pair for pair in fields if pair[0] == "Author"), None)
    if first:
        fields.remove(first)
    gains = [(name.lower(), text) for name, text in vorbis_comment.replaygain(tags)]
    return [*fields, *_disc(tags), *gains]


def _disc(tags: Tags) -> list[tuple[str, str]]:
    if tags.disc_number is None and tags.disc_total is None:
        return []
    total = "" if tags.disc_total is None else f"/{tags.disc_total}"
    return [("WM/PartOfSet", f"{tags.disc_number or 0}{total}")]


def _descriptor(name: str, text: str) -> bytes:
    label, value = _text(name), _text(text)
    return struct.pack("<H", len(label)) + label + struct.pack("<HH", TEXT, len(value)) + value


def _text(text: str) -> bytes:
    """Return text in UTF-16 with its end mark, cut where its length would not fit into 16 bits."""
    data = clean(text).encode("utf-16-le")[: _MOST_TEXT_BYTES - 2]
    return data.decode("utf-16-le", "ignore").encode("utf-16-le") + b"\0\0"
