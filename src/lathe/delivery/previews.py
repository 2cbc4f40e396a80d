"""Listening in the browser: before buying, as much as the deals allow; what is owned, whole.

Opus where the browser plays it, MP3 for every other. Both are of constant bitrate: their length is known before they
are cut, so a player can seek at once. They are made once and then lie in the cache like every other cut.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from uuid import UUID

from lathe.audio import plan
from lathe.audio.formats import Format, parse
from lathe.audio.source import Source
from lathe.audio.tags import Tags
from lathe.catalogue import queries as catalogue
from lathe.catalogue.models import Track
from lathe.delivery import cutting, files, following, rules
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.cutting import Growing
from lathe.delivery.errors import CutFailed, DeliveryError
from lathe.delivery.files import OpenFile
from lathe.rights import queries as rights

FORMATS: Mapping[str, Format] = {"opus": parse("opus:96,mode=hard"), "mp3": parse("mp3:cbr=128")}
MOST_CUTS = 12
"""Cuts for listeners that may be under way in this process. Who comes beyond is asked to come again: nobody pays for
them, and they would keep what was paid from being cut ahead."""

_lock = threading.Lock()
_under_way: dict[str, Future[None]] = {}


def before_buying(track_uid: str, kind: str) -> Blueprint:
    """What a visitor may hear of a published track. Raises DeliveryError where there is none."""
    try:
        uid = UUID(track_uid)
    except ValueError as wrong:
        raise DeliveryError("There is no such track.") from wrong
    tracks = Track.objects.select_related("recording__master", "release")
    track = tracks.filter(catalogue.shown("release"), uid=uid).first()
    if track is None:
        raise DeliveryError("There is no such track.")
    clip_s = rights.clip_s(track)
    source = track.master.source
    return _blueprint(track, kind, source if clip_s is None else source.first(clip_s * source.sample_rate_hz))


def whole(track: Track, kind: str) -> Blueprint:
    """A track as its owner listens to it."""
    return _blueprint(track, kind, track.master.source)


def _blueprint(track: Track, kind: str, source: Source) -> Blueprint:
    """It carries its title and nothing else: it is for the ear, not for keeps."""
    fmt = plan.conform(FORMATS[kind], source)
    body_key = cutting.key_of(track.master, fmt, source)
    key = rules.file_key(body_key, f"preview {track.title}".encode())
    excerpt = source if source.is_excerpt else None
    return Blueprint(track, fmt, Tags(title=track.title), None, key, body_key, f"preview.{kind}", excerpt)


def begin(plan: Blueprint) -> OpenFile:
    """Open it for a listener, behind the buyers who wait. It is seen to its end, so that it is made once.

    Raises CutFailed where too many are being cut for listeners.
    """
    opened = files.open_file(plan, priority=cutting.LISTENER)
    if isinstance(opened.body, Growing) and not _take(opened.body):
        opened.close()
        raise CutFailed("Many listen for the first time just now. Try again in a moment.")
    return opened


def _take(body: Growing) -> bool:
    """Have a cut seen to its end, where it is already, or there is room for one more."""
    with _lock:
        for key in [key for key, cut in _under_way.items() if cut.done()]:
            del _under_way[key]
        if body.key not in _under_way and len(_under_way) < MOST_CUTS:
            _under_way[body.key] = following.keep(body)
        return body.key in _under_way
