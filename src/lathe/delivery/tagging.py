"""What a file says of itself, from the catalogue."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from functools import lru_cache

from lathe.audio.tags import Picture, Tags
from lathe.catalogue import credits
from lathe.catalogue.models import Credit, Master, Release, Track
from lathe.catalogue.sleeves import Sleeve
from lathe.objects import stores
from lathe.objects.errors import ObjectMissing

COVER_PX = 600
_REFERENCE_LUFS = -18.0


def tags(track: Track, release: Release, sleeve: Sleeve) -> Tags:
    """The tags of a track on its release. ReplayGain 2.0: gain relative to −18 LUFS, from the master's own loudness."""
    own = credits.applying(track, sleeve.credits)
    return Tags(
        title=track.title,
        artists=credits.names(own, Credit.Role.MAIN_ARTIST, Credit.Role.PERFORMER) or credits.composing(sleeve.credits),
        album=release.title,
        album_artist=credits.heading(sleeve.credits),
        composers=credits.names(own, Credit.Role.COMPOSER),
        track_number=track.number,
        track_total=sleeve.discs.count(track.disc_number),
        disc_number=track.disc_number,
        disc_total=max(sleeve.discs),
        date=release.released_on.isoformat(),
        genre=release.genre,
        isrc=track.recording.isrc,
        upc=release.upc,
        label=release.label.name,
        copyright=release.copyright,
        licence=release.licence,
        replaygain_track_gain_db=_gain_db(track.master),
        replaygain_track_peak=_peak(track.master),
    )


def _gain_db(master: Master) -> float | None:
    return None if master.loudness_lufs is None else round(_REFERENCE_LUFS - master.loudness_lufs, 2)


def _peak(master: Master) -> float | None:
    return None if master.true_peak_dbtp is None else round(math.pow(10, master.true_peak_dbtp / 20), 6)


def cover(release: Release) -> Picture | None:
    """The cover as it goes into files: a JPEG of 600 pixels. None where the release has no cover.

    Raises StoreUnavailable: a file without its cover would be another file.
    """
    try:
        return _picture(stores.covers().place, cover_key(release))
    except ObjectMissing:
        return None


@lru_cache(maxsize=64)
def _picture(place: str, key: str) -> Picture:
    """One picture for all the tracks of a release; what lies under a key in a place never changes. Raises
    ObjectMissing.
    """
    return Picture("image/jpeg", stores.covers().read(key), COVER_PX, COVER_PX, "Cover")


def cover_key(release: Release) -> str:
    """Where the embedded form of a cover lies in the covers store."""
    return f"{release.cover_sha256}-{COVER_PX}.jpg"


def head_inputs(tags: Tags, release: Release) -> bytes:
    """All that a head is made from, for the file's key: the same inputs, the same head."""
    return json.dumps([asdict(tags), release.cover_sha256], sort_keys=True).encode()
