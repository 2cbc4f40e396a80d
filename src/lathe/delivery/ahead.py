"""Bytes of a body ahead of the end of its encode: from the growing body where that comes to them sooner, else from a
piece of it made alone.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lathe.audio import heads, pieces, plan
from lathe.audio.codecs.base import Stitcher, Unchanged
from lathe.audio.cut import Cut
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BEGINNING
from lathe.audio.pieces import Piece
from lathe.delivery import cutting
from lathe.delivery.again import OtherBytesError
from lathe.delivery.cutting import Growing
from lathe.delivery.elsewhere import Elsewhere
from lathe.delivery.pace import Pace


@dataclass(frozen=True)
class _From:
    """A cut to read from, the body's byte to begin at, and the one that the cut's file begins with."""

    cut: Cut | Elsewhere
    place: int
    base: int = 0


def size_bytes(growing: Growing) -> int:
    """The size of a body that was made, now or before, or whose size is exact beforehand."""
    facts = growing.facts
    return facts.size_bytes if facts else plan.body_size(growing.fmt, growing.source).ceiling_bytes


async def body(growing: Growing, head: bytes, first: int, last: int | None) -> AsyncGenerator[bytes]:
    """Yield bytes [first, last) of the body as they stand behind the head, to its end where `last` is None.

    Raises EncodeError where the encode breaks, or a body made before comes out otherwise: then its last bytes are kept
    back, for they are not those of the length and checksum that were promised.
    """
    if last is not None:
        last = min(last, size_bytes(growing))
    if last is not None and last <= first:
        return
    stitcher, pace = heads.stitcher(growing.fmt, head), Pace()
    with _opened(growing, stitcher, first, last) as found:
        read = given = found.place
        while last is None or given < last:
            data = await found.cut.read(read - found.base, pace.bytes)
            if found.cut is growing.cut:
                await _stand_by(growing, read + len(data))
            ready = stitcher.feed(data) if data else stitcher.finish()
            wanted = ready[max(0, first - given) : None if last is None else last - given]
            read, given = read + len(data), given + len(ready)
            if wanted:
                pace.sends()
                yield wanted
                pace.sent()
            if not data:
                break
    if last is not None and given < last:
        raise EncodeError(f"The body ends at {given}, and {last} bytes of it were due.")


async def _stand_by(growing: Growing, read: int) -> None:
    """At the last bytes of a body that was made before, wait for its end and see that it is what it was."""
    if growing.known and read >= growing.known.size_bytes:
        facts = await growing.cut.wait()
        if facts.sha256 != growing.known.sha256:
            raise OtherBytesError("It did not come out as before.")


@contextmanager
def _opened(growing: Growing, stitcher: Stitcher, first: int, last: int | None) -> Iterator[_From]:
    """Find out where the bytes come from soonest. A stitcher that changes the body has to begin at a mark.

    What another node makes is read from the store when it is there.
    """
    facts = growing.facts
    marks = pieces.marks(growing.fmt, growing.source, facts)
    mark = marks[pieces.last_before(marks, first)] if marks else BEGINNING
    unchanged = isinstance(stitcher, Unchanged)
    place = first if unchanged else mark.offset_bytes
    ours = growing.cut if isinstance(growing.cut, Cut) else None
    if last is None or ours is None or mark.offset_bytes <= ours.written_bytes:
        yield _From(growing.cut, place)
        return
    stop = last if unchanged else min(size_bytes(growing), last + heads.HELD_BACK_BYTES)
    with cutting.piece(growing, Piece(place, stop, mark if facts and facts.marks else None)) as cut:
        yield _From(cut, place, place)
