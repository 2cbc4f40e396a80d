"""ID3v2.4 tags, for MP3 and for the `id3 ` chunk of WAV."""

from __future__ import annotations

from io import BytesIO

from mutagen import id3

from lathe.audio.containers.vorbis_comment import replaygain
from lathe.audio.tags import Picture, Tags, clean

UTF8 = 3
FRONT_COVER = 3
MUSICBRAINZ = "http://musicbrainz.org"
"""Owner of the UFID frame with a recording's id, as MusicBrainz names itself there."""
_TEXT = {
    "TIT2": "title",
    "TALB": "album",
    "TPE2": "album_artist",
    "TCON": "genre",
    "TDRC": "date",
    "TSRC": "isrc",
    "TPUB": "label",
    "TCOP": "copyright",
}


def tag(tags: Tags, cover: Picture | None) -> bytes:
    """Return a whole ID3v2.4 tag in UTF-8, without padding."""
    block = id3.ID3()
    for frame in _frames(tags):
        block.add(frame)
    if cover:
        block.add(id3.APIC(UTF8, cover.media_type, FRONT_COVER, clean(cover.description), cover.data))
    stream = BytesIO()
    block.save(stream, v1=0, v2_version=4, padding=lambda info: 0)
    return stream.getvalue()


def _frames(tags: Tags) -> list[id3.Frame]:
    frames = [
        id3.Frames[name](UTF8, clean(getattr(tags, field))) for name, field in _TEXT.items() if getattr(tags, field)
    ]
    frames += [id3.Frames[name](UTF8, [clean(one) for one in many]) for name, many in _lists(tags) if many]
    frames += [id3.Frames[name](UTF8, text) for name, text in _positions(tags) if text]
    frames += [id3.TXXX(UTF8, name, text) for name, text in [("BARCODE", clean(tags.upc)), *replaygain(tags)] if text]
    frames += [id3.TXXX(UTF8, name, [clean(one) for one in many]) for name, many in _musicbrainz(tags) if many]
    if tags.musicbrainz_recording_id:
        frames.append(id3.UFID(MUSICBRAINZ, clean(tags.musicbrainz_recording_id).encode()))
    frames += [id3.COMM(UTF8, "eng", "", clean(tags.comment))] if tags.comment else []
    return frames + (_licence(clean(tags.licence)) if tags.licence else [])


def _lists(tags: Tags) -> list[tuple[str, tuple[str, ...]]]:
    return [("TPE1", _said(tags.artists)), ("TCOM", _said(tags.composers))]


def _musicbrainz(tags: Tags) -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("MusicBrainz Album Id", _said((tags.musicbrainz_release_id,))),
        ("MusicBrainz Artist Id", _said(tags.musicbrainz_artist_ids)),
        ("MusicBrainz Album Artist Id", _said(tags.musicbrainz_release_artist_ids)),
    ]


def _said(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _positions(tags: Tags) -> list[tuple[str, str]]:
    return [
        ("TRCK", _position(tags.track_number, tags.track_total)),
        ("TPOS", _position(tags.disc_number, tags.disc_total)),
    ]


def _position(number: int | None, total: int | None) -> str:
    if number is None:
        return "" if total is None else f"0/{total}"
    return str(number) if total is None else f"{number}/{total}"


def _licence(text: str) -> list[id3.Frame]:
    """A licence that is an address also goes into WCOP, where players look for it."""
    link = [id3.WCOP(text)] if text.startswith(("http://", "https://")) and text.isascii() and " " not in text else []
    return [id3.TXXX(UTF8, "LICENSE", text), *link]
