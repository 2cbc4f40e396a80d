"""Bytes from the middle of a body, made alone: only the parts that hold them are encoded.

Where a body divides, its parts begin at marks. They follow from arithmetic where all units have one size, and are noted
when the body is made elsewhere. A body made in a single pass has none: its bytes hang on all that went before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lathe.audio import parts, plan
from lathe.audio.division import Binder, Foreseeing, Resumable
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BodyFacts, Mark
from lathe.audio.order import Format
from lathe.audio.source import Source

Way = Literal["arithmetic", "table", "from the start"]


@dataclass(frozen=True)
class Piece:
    """Bytes [start, stop) of a body. `mark` is one at or before `start` that was noted when the body was made; None
    where arithmetic has to find it.
    """

    start: int
    stop: int
    mark: Mark | None = None


def way(fmt: Format, source: Source) -> Way:
    """Tell what finds a byte in the middle of a body: arithmetic, the table of a body that was made once, or nothing
    but an encode from the start.
    """
    whole = parts.division(plan.conform(fmt, source), source)
    if isinstance(whole, Foreseeing):
        return "arithmetic"
    return "table" if isinstance(whole, Resumable) else "from the start"


def marks(fmt: Format, source: Source, facts: BodyFacts | None) -> Sequence[Mark]:
    """Return where a body can be gone on with: as noted in its facts, or by arithmetic; () where nobody knows."""
    if facts and facts.marks:
        return facts.marks
    whole = parts.division(plan.conform(fmt, source), source)
    return whole.foreseen() if isinstance(whole, Foreseeing) else ()


def last_before(found: Sequence[Mark], place: int) -> int:
    """Return the index of the last of the marks at or before a byte."""
    return bisect_right([mark.offset_bytes for mark in found], place) - 1


def encode(order: parts.Order, piece: Piece, heard: parts.Heard) -> Iterator[bytes]:
    """Yield the bytes of a piece, as they are in the whole body; some of what comes is empty, as in `parts.encode`.

    Raises EncodeError where it cannot be made alone.
    """
    fmt, _, source = order
    whole = parts.division(fmt, source)
    if piece.mark and isinstance(whole, Resumable):
        binder = whole.resumed(piece.mark, parts.again(order, whole))
        return _within(piece, piece.mark, _gone_on(order, whole, binder, piece.mark, heard))
    if isinstance(whole, Foreseeing):
        return _foreseen(order, whole, piece, heard)
    raise EncodeError(f"A piece of {fmt} cannot be made alone; encode it from the start.")


def _foreseen(order: parts.Order, whole: Foreseeing, piece: Piece, heard: parts.Heard) -> Iterator[bytes]:
    """Begin at a mark known by arithmetic.

    Where a join has to be proved, the part before is made too; where it does not hold, the one before that, and so on.
    """
    found = whole.foreseen()
    for at in range(max(0, last_before(found, piece.start) - whole.proves), -1, -1):
        binder = whole.resumed(found[at], parts.again(order, whole))
        out, first = _within(piece, found[at], _gone_on(order, whole, binder, found[at], heard)), b""
        while not first and (data := next(out, None)) is not None:
            first = data
            yield b""
        if at == 0 or not whole.proves or binder.joins[0].way != "went on":
            yield first
            yield from out
            return


def _gone_on(order: parts.Order, whole: Resumable, binder: Binder, mark: Mark, heard: parts.Heard) -> Iterator[bytes]:
    """Yield the body from a mark to its end, one part after the other."""
    for place in whole.stretches[mark.part :]:
        for data in parts.coded(order, whole, place, parts.music(order, place, heard)):
            yield binder.lay(data)
        yield binder.close_part()
    yield binder.finish()


def _within(piece: Piece, mark: Mark, body: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what of the bytes from a mark on belongs to the piece, and leave the rest unmade."""
    place = mark.offset_bytes
    for data in body:
        wanted = data[max(0, piece.start - place) : max(0, piece.stop - place)]
        place += len(data)
        yield wanted
        if place >= piece.stop:
            return
