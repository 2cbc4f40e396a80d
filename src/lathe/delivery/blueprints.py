"""What a file is made of, worked out before anything is opened: its names, its tags, its ends, its size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial

from lathe.audio import heads, plan
from lathe.audio.codecs import CODECS
from lathe.audio.formats import Format
from lathe.audio.heads import BodyFacts
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags
from lathe.catalogue import sleeves
from lathe.catalogue.models import Release, Track
from lathe.catalogue.sleeves import Sleeve
from lathe.delivery import cuts, cutting, rules, tagging

ENDS_KEPT = 32
"""Heads and tails that stay in memory, a cover in each: one download asks for its own several times."""


@dataclass(frozen=True)
class Blueprint:
    """All that a file is made from but its body. `key` names the file for ever and is its ETag."""

    track: Track
    fmt: Format
    tags: Tags
    cover: Picture | None
    key: str
    body_key: str
    name: str
    excerpt: Source | None = None

    @property
    def source(self) -> Source:
        return self.excerpt or self.track.master.source

    @property
    def media_type(self) -> str:
        return CODECS[self.fmt.codec].media_type

    @property
    def needs_facts(self) -> bool:
        """Class C: the head is written from the finished body."""
        return plan.delivery_class(self.fmt, self.source) == "C"

    def head(self, facts: BodyFacts | None) -> bytes:
        """What comes before the body. Raises FormatError in class C without facts."""
        return _head(self._made_of(facts if self.needs_facts else None))

    def tail(self) -> bytes:
        """What follows the body."""
        return _tail(self._made_of(None))

    def tail_later(self) -> Callable[[], bytes]:
        """What gives the tail when it is due, and holds no more than that takes."""
        return partial(_tail, self._made_of(None))

    def size(self, facts: BodyFacts | None) -> int | None:
        """The exact size of the file; None where it must be cut first."""
        body = plan.body_size(self.fmt, self.source)
        if facts is None and not body.exact:
            return None
        return len(self.head(facts)) + (facts.size_bytes if facts else body.ceiling_bytes) + len(self.tail())

    def _made_of(self, facts: BodyFacts | None) -> _Ends:
        return _Ends(self.key, facts.sha256 if facts else "", self.fmt, self.source, self.tags, self.cover, facts)


@dataclass(frozen=True)
class _Ends:
    """What ends are made from; the file's key stands for most of it, and `body` for the facts that a head needs."""

    key: str
    body: str
    fmt: Format = field(compare=False)
    source: Source = field(compare=False)
    tags: Tags = field(compare=False)
    cover: Picture | None = field(compare=False)
    facts: BodyFacts | None = field(compare=False)


@lru_cache(maxsize=ENDS_KEPT)
def _head(ends: _Ends) -> bytes:
    return heads.head(ends.fmt, ends.source, ends.tags, ends.cover, ends.facts)


@lru_cache(maxsize=ENDS_KEPT)
def _tail(ends: _Ends) -> bytes:
    return heads.tail(ends.fmt, ends.source, ends.tags, ends.cover)


def blueprint(track: Track, release: Release, ordered: Format, sleeve: Sleeve | None = None) -> Blueprint:
    """Work out a file of a track on its release, which was fetched whole where no sleeve is given.

    Raises FormatError for a format that no master could give.
    """
    sleeve = sleeve or sleeves.of_release(release)
    fmt = cuts.of_master(ordered, track.master.source)
    tags = tagging.tags(track, release, sleeve)
    body_key = cutting.key_of(track.master, fmt)
    return Blueprint(
        track=track,
        fmt=fmt,
        tags=tags,
        cover=tagging.cover(release),
        key=rules.file_key(body_key, tagging.head_inputs(tags, release)),
        body_key=body_key,
        name=rules.file_name(
            number=track.number,
            disc=track.disc_number,
            discs=len(set(sleeve.discs)),
            title=track.title,
            extension=CODECS[fmt.codec].extension,
        ),
    )
