"""What a file says of itself: tags and cover, free of any container."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tags:
    """The tags of one track on one release. Empty text, () and None mean "not stated".

    ReplayGain is in decibels relative to -18 LUFS (ReplayGain 2.0); peaks are linear, 1.0 is full scale. `date` is ISO
    8601, whole or in part (`1888`, `1888-04`). `licence` is a URL or a sentence. MusicBrainz ids are those of the
    recording, of the release, and of the artists of each.
    """

    title: str
    artists: tuple[str, ...] = ()
    album: str = ""
    album_artist: str = ""
    composers: tuple[str, ...] = ()
    track_number: int | None = None
    track_total: int | None = None
    disc_number: int | None = None
    disc_total: int | None = None
    date: str = ""
    genre: str = ""
    isrc: str = ""
    upc: str = ""
    label: str = ""
    copyright: str = ""
    licence: str = ""
    comment: str = ""
    musicbrainz_recording_id: str = ""
    musicbrainz_release_id: str = ""
    musicbrainz_artist_ids: tuple[str, ...] = ()
    musicbrainz_release_artist_ids: tuple[str, ...] = ()
    replaygain_track_gain_db: float | None = None
    replaygain_track_peak: float | None = None
    replaygain_album_gain_db: float | None = None
    replaygain_album_peak: float | None = None


@dataclass(frozen=True)
class Picture:
    """A front cover: an encoded picture (`image/jpeg` or `image/png`) with its size in pixels."""

    media_type: str
    data: bytes
    width: int = 0
    height: int = 0
    description: str = ""


def clean(text: str) -> str:
    """Return text that every container can hold: no control characters save newline and tab, no halves of a surrogate
    pair.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(
        " " if (ord(letter) < 32 and letter not in "\n\t") or ord(letter) == 127 else letter for letter in whole
    )
