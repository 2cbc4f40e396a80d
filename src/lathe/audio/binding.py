"""A body put together from the records of its parts, hashed and checked on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from lathe.audio import parts, proof
from lathe.audio.codecs import codec_of
from lathe.audio.division import Division, Join, Marking
from lathe.audio.facts import BodyFacts


class Binding:
    """Takes the records of each part, in order, and gives the body. Used once; see `parts` for the records."""

    def __init__(self, order: parts.Order, whole: Division) -> None:
        self._whole = whole
        self._proof = proof.of(*order) if codec_of(order[0]).lossless else None
        self._binder = whole.binder(parts.again(order, whole))
        self._closed = self._size = 0
        self._sha256 = hashlib.sha256()
        self._md5: str | None = None

    @property
    def joins(self) -> list[Join]:
        """The joins made until now."""
        return self._binder.joins

    def feed(self, records: Iterable[parts.Record]) -> bytes:
        """Take more records of the part at hand; return the bytes of the body that are settled by them."""
        out = []
        for kind, data in records:
            if self._proof and (kind == parts.MUSIC or self._whole.plain):
                self._proof.hear(data)
            if kind == parts.CODED:
                out.append(self._binder.lay(bytes(data)))
        return self._count(b"".join(out))

    def close_part(self) -> bytes:
        """Take the end of the part at hand; after the last one, look at the proof and return the last bytes."""
        self._closed += 1
        out, parts_in_all = self._binder.close_part(), len(self._whole.stretches)
        if self._proof:
            self._proof.advance(self._closed, parts_in_all)
        if self._closed == parts_in_all:
            self._md5 = self._proof.finish() if self._proof else None
            out += self._binder.finish()
        return self._count(out)

    def facts(self) -> BodyFacts:
        """Return the facts of the finished body."""
        facts = replace(self._binder.facts(self._size, self._sha256.hexdigest()), pcm_md5=self._md5)
        return replace(facts, marks=tuple(self._binder.marks)) if isinstance(self._binder, Marking) else facts

    def _count(self, data: bytes) -> bytes:
        self._size += len(data)
        self._sha256.update(data)
        return data
