"""AIFF: the samples as they are, most significant byte first."""

from __future__ import annotations

from lathe.audio.codecs import settle
from lathe.audio.codecs.plain import PlainSamples
from lathe.audio.containers import aiff
from lathe.audio.errors import FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

ROOM_FOR_TAGS = 2**27
"""Bytes kept free below AIFF's limit of 4 GiB for tags and cover."""


class Aiff(PlainSamples):
    """AIFF with integers of 16 or 24 bits, AIFF-C with floats."""

    name = "aiff"
    title = "AIFF"
    extension = "aiff"
    media_type = "audio/aiff"
    big = True
    sentence = "Every sample as it is, in the form Mac studios and DJ programs like, with cover and tags."
    trials: tuple[str, ...] = ("aiff",)

    def conform(self, fmt: Format, source: Source) -> Format:
        """Settle bits and rate; refuse what would not fit into four gigabytes."""
        settled = settle.conform(fmt, source)
        size = settle.output(settled, source).pcm_bytes
        if size > aiff.LARGEST - ROOM_FOR_TAGS:
            raise FormatError(
                f"An AIFF file holds at most 4 GiB; this one would hold {size} bytes. Order FLAC, or fewer "
                "bits or a lower rate."
            )
        return settled

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        return aiff.header(self.output(fmt, source), len(self.tail(fmt, source, tags, cover)))

    def tail(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None) -> bytes:
        """Return an `ID3 ` chunk."""
        return aiff.trailer(self.output(fmt, source), tags, cover)
