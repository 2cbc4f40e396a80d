"""The Range header against a known size (RFC 9110, 14): pure decisions, and the multipart answer to several ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_RANGES = 16
"""Ranges that one request may ask for; more is nothing that a player or a download manager does."""
NEAR_BYTES = 256
"""Ranges that lie no further apart are sent as one: the lines between two parts would weigh more."""
_DIGITS = 18

_SPEC = re.compile(r"(\d*)-(\d*)", re.ASCII)


@dataclass(frozen=True)
class ByteRange:
    """Bytes [start, stop) of a representation."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start


class RangeUnsatisfiable(Exception):
    """No byte of the representation is in the ranges asked for, or they are too many (RFC 9110, 15.5.17)."""


def read(header: str, size: int) -> list[ByteRange]:
    """Read a Range header (RFC 9110, 14.1.2) against a size: what to send, in the order that was asked for.

    Ranges that overlap, touch or are NEAR_BYTES apart have become one (15.3.7.2), so that no byte is sent twice. Empty
    where the header is malformed or of another unit: 14.2 then has the whole sent. Raises RangeUnsatisfiable.
    """
    unit, _, rest = header.partition("=")
    if unit.strip().lower() != "bytes":
        return []
    specs = [_SPEC.fullmatch(part.strip(" \t")) for part in rest.split(",") if part.strip(" \t")]
    asked = [(found[1], found[2]) for found in specs if found]
    if not asked or len(asked) < len(specs) or not all(_is_valid(*one) for one in asked):
        return []
    if len(asked) > MOST_RANGES:
        raise RangeUnsatisfiable
    found = [part for part in (_part(first, last, size) for first, last in asked) if part]
    if not found:
        raise RangeUnsatisfiable
    return coalesced(found)


def _is_valid(first: str, last: str) -> bool:
    """Whether a spec names anything: not a bare dash, and no last byte before the first."""
    return bool(first or last) and not (first and last and _number(last) < _number(first))


def _part(first: str, last: str, size: int) -> ByteRange | None:
    """The bytes of one valid spec; None where the representation has none of them."""
    if not first:
        length = min(size, _number(last))
        return ByteRange(size - length, size) if length else None
    start = _number(first)
    if start >= size:
        return None
    return ByteRange(start, min(size, _number(last) + 1) if last else size)


def _number(digits: str) -> int:
    """A number of bytes; one of more digits than any file has counts as the largest of so many."""
    plain = digits.lstrip("0")
    return int(plain or "0") if len(plain) <= _DIGITS else 10**_DIGITS


def coalesced(parts: Sequence[ByteRange]) -> list[ByteRange]:
    """Join ranges that are near each other; each join stands where its first part was asked for."""
    joins: list[list[int]] = []  # start, stop, place
    for place, part in sorted(enumerate(parts), key=lambda item: item[1].start):
        if joins and part.start <= joins[-1][1] + NEAR_BYTES:
            last = joins[-1]
            last[1], last[2] = max(last[1], part.stop), min(last[2], place)
        else:
            joins.append([part.start, part.stop, place])
    return [ByteRange(start, stop) for start, stop, _ in sorted(joins, key=lambda join: join[2])]


@dataclass(frozen=True)
class Multipart:
    """A multipart/byteranges answer (RFC 9110, 14.6): what stands before each part and at the end, and its length."""

    parts: Sequence[ByteRange]
    size: int
    media_type: str
    boundary: str

    @property
    def content_type(self) -> str:
        return f"multipart/byteranges; boundary={self.boundary}"

    @property
    def length(self) -> int:
        lines = [len(self.before(number)) for number in range(len(self.parts))]
        return sum(part.size for part in self.parts) + sum(lines) + len(self.end)

    def before(self, number: int) -> bytes:
        """The lines before part `number`, counted from 0."""
        line = f"--{self.boundary}\r\nContent-Type: {self.media_type}\r\n"
        place = f"Content-Range: {content_range(self.parts[number], self.size)}\r\n\r\n"
        return ("\r\n" * (number > 0) + line + place).encode("ascii")

    @property
    def end(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode("ascii")


def content_range(part: ByteRange, size: int) -> str:
    """The value of Content-Range for a part (RFC 9110, 14.4)."""
    return f"bytes {part.start}-{part.stop - 1}/{size}"
