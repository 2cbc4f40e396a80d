"""Vorbis comments and the FLAC picture block, as FLAC and Ogg carry them (RFC 9639, sections 8.6 and 8.8; RFC 7845,
section 5.2).
"""

from __future__ import annotations

import struct

from lathe.audio.tags import Picture, Tags, clean

VENDOR = "Lathe"
FRONT_COVER = 3


def fields(tags: Tags) -> list[tuple[str, str]]:
    """Return the tags as (FIELD, text) pairs in a fixed order, without ReplayGain."""
    pairs = [
        ("TITLE", tags.title),
        *(("ARTIST", artist) for artist in tags.artists),
        ("ALBUM", tags.album),
        ("ALBUMARTIST", tags.album_artist),
        *(("COMPOSER", composer) for composer in tags.composers),
        ("TRACKNUMBER", _number(tags.track_number)),
        ("TRACKTOTAL", _number(tags.track_total)),
        ("DISCNUMBER", _number(tags.disc_number)),
        ("DISCTOTAL", _number(tags.disc_total)),
        ("DATE", tags.date),
        ("GENRE", tags.genre),
        ("ISRC", tags.isrc),
        ("BARCODE", tags.upc),
        ("LABEL", tags.label),
        ("COPYRIGHT", tags.copyright),
        ("LICENSE", tags.licence),
        ("COMMENT", tags.comment),
        ("MUSICBRAINZ_TRACKID", tags.musicbrainz_recording_id),
        ("MUSICBRAINZ_ALBUMID", tags.musicbrainz_release_id),
        *(("MUSICBRAINZ_ARTISTID", one) for one in tags.musicbrainz_artist_ids),
        *(("MUSICBRAINZ_ALBUMARTISTID", one) for one in tags.musicbrainz_release_artist_ids),
    ]
    return [(name, clean(text)) for name, text in pairs if text]


def replaygain(tags: Tags) -> list[tuple[str, str]]:
    """Return the ReplayGain 2.0 fields that are known."""
    gains = [("TRACK", tags.replaygain_track_gain_db, tags.replaygain_track_peak)]
    gains.append(("ALBUM", tags.replaygain_album_gain_db, tags.replaygain_album_peak))
    found = []
    for scope, gain_db, peak in gains:
        found += [(f"REPLAYGAIN_{scope}_GAIN", f"{gain_db:.2f} dB")] if gain_db is not None else []
        found += [(f"REPLAYGAIN_{scope}_PEAK", f"{peak:.6f}")] if peak is not None else []
    return found


def comments(pairs: list[tuple[str, str]]) -> bytes:
    """Return a Vorbis comment block without framing bit."""
    lines = [f"{name}={text}".encode() for name, text in pairs]
    vendor = VENDOR.encode()
    parts = [struct.pack("<I", len(vendor)), vendor, struct.pack("<I", len(lines))]
    for line in lines:
        parts += [struct.pack("<I", len(line)), line]
    return b"".join(parts)


def picture(cover: Picture) -> bytes:
    """Return the body of a FLAC picture block for a front cover of 24 bits a pixel."""
    media, text = cover.media_type.encode("ascii"), clean(cover.description).encode()
    sizes = struct.pack(">IIIII", cover.width, cover.height, 24, 0, len(cover.data))
    return (
        struct.pack(">II", FRONT_COVER, len(media)) + media + struct.pack(">I", len(text)) + text + sizes + cover.data
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
