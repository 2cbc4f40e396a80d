"""Files from parts: head + body + tail. A body never holds tags, so a changed title costs a new head and no encode."""

from __future__ import annotations

from lathe.audio import plan
from lathe.audio.codecs import codec_of
from lathe.audio.codecs.base import BodyReader, Stitcher
from lathe.audio.containers.ogg import LONGEST_PAGE
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

__all__ = ["BodyFacts", "BodyReader", "Stitcher", "file_size", "head", "stitched_range", "stitcher", "tail"]

HELD_BACK_BYTES = LONGEST_PAGE
"""The most that a stitcher holds back."""


def head(fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None = None) -> bytes:
    """Return what comes before the body.

    `facts` may be None in classes A and B; class C raises FormatError without them.

    The same arguments always give the same bytes, and in classes A and B `facts` make no difference.
    """
    return codec_of(fmt).head(plan.conform(fmt, source), source, tags, cover, facts)


def tail(fmt: Format, source: Source, tags: Tags, cover: Picture | None) -> bytes:
    """Return what follows the body: the tags of a WAV; nothing elsewhere."""
    return codec_of(fmt).tail(plan.conform(fmt, source), source, tags, cover)


def stitcher(fmt: Format, head: bytes, facts: BodyFacts | None = None) -> Stitcher:
    """Return what makes a stored body follow `head`: Ogg pages are renumbered on the way, all else passes unchanged.

    The bytes that come out are as many as went in, though `feed` may hold some back until `finish`.
    """
    return codec_of(fmt).stitcher(head)


def stitched_range(fmt: Format, head: bytes, body_reader: BodyReader, start: int, stop: int) -> bytes:
    """Return bytes [start, stop) of a finished body as they stand behind `head`; offsets count from the body's first
    byte.
    """
    return codec_of(fmt).stitched_range(head, body_reader, start, stop)


def file_size(
    fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None = None
) -> int | None:
    """Return the exact size of the whole file in bytes, or None where it needs the encode first."""
    size = plan.body_size(fmt, source)
    if facts is None and not size.exact:
        return None
    body = facts.size_bytes if facts else size.ceiling_bytes
    return len(head(fmt, source, tags, cover, facts)) + body + len(tail(fmt, source, tags, cover))
