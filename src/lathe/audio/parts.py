"""One part of a divided body: PCM in, records out, which a binder takes apart again.

A record is its kind and some bytes; in a file, the length of the bytes in four bytes stands between. Where the music
itself is the proof of a lossless body its PCM goes along, because an MD5 has to be taken over all of it in order.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from lathe.audio import convert, plan, proof
from lathe.audio.codecs import codec_of
from lathe.audio.division import Again, Divisible, Division, Stretch
from lathe.audio.errors import EncodeError
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm, packed
from lathe.audio.source import Source

Order: TypeAlias = tuple[Format, Path | str, Source]
"""A conformed format, the master's path, and what it is."""
Heard: TypeAlias = Callable[[int], None]
Record: TypeAlias = tuple[bytes, "bytes | memoryview"]

CODED, MUSIC = b"c", b"m"
_HEAD = struct.Struct("<cI")


def division(fmt: Format, source: Source) -> Division | None:
    """Return how the body of a conformed format falls into parts; None for a single pass."""
    codec = codec_of(fmt)
    found = codec.division(fmt, source) if isinstance(codec, Divisible) else None
    return found if found and len(found.stretches) > 1 else None


def music(order: Order, place: Stretch, heard: Heard) -> Iterator[Pcm]:
    """Yield the music of one part as the codec wants it; `heard` is told how many samples of the part were read."""
    fmt, path, source = order
    return convert.stretch(path, source, plan.output(fmt, source), codec_of(fmt).floats, place, heard)


def encode(order: Order, whole: Division, place: Stretch, blocks: Iterator[Pcm]) -> Iterator[Record]:
    """Yield the records of one part from its music, one a block at least: it is empty where an encoder had none to
    give, so that somebody else may have a turn.

    Raises SourceError where the master cannot be read, EncodeError where it ends too early or too late.
    """
    fmt, path, source = order
    codec, target, encoder = codec_of(fmt), plan.output(fmt, source), whole.encoder(place)
    samples, known = 0, _heard_before(whole, place)
    aside = codec.lossless and not whole.plain and not proof.is_by_file(fmt, source)
    for block in blocks:
        if aside and samples + len(block) > known:
            yield MUSIC, packed(block[max(0, known - samples) :], target.bits)
        samples += len(block)
        yield CODED, encoder.feed(block)
    check_length(path, place.start + samples, place.stop)
    if data := encoder.finish():
        yield CODED, data


def _heard_before(whole: Division, place: Stretch) -> int:
    """Return how many samples of a part are in the parts before it too, as its encoder's run-up."""
    return max((one.stop - place.start for one in whole.stretches if one.start < place.start), default=0)


def coded(order: Order, whole: Division, place: Stretch, blocks: Iterator[Pcm]) -> Iterator[bytes]:
    """Yield what the binder reads of one part, without its music; some of it may be empty. Raises as `encode` does."""
    yield from (bytes(data) for kind, data in encode(order, whole, place, blocks) if kind == CODED)


def again(order: Order, whole: Division) -> Again:
    """Return what encodes another stretch here and now, its music read once more."""
    return lambda place: coded(order, whole, place, music(order, place, _unheard))


def _unheard(samples: int) -> None:
    return None


def check_length(path: Path | str, samples: int, due: int) -> None:
    """Raise EncodeError where the master has not the length that was described."""
    if samples != due:
        raise EncodeError(
            f"{Path(path).name} gave {samples} samples where {due} were due: it is not the master that was described."
        )


def framed(record: Record) -> tuple[bytes, bytes | memoryview]:
    """Return a record as it stands in a file, in two pieces."""
    kind, data = record
    return _HEAD.pack(kind, len(data)), data


class Records:
    """Takes records out of a file that is read in pieces of any size."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, data: bytes) -> Iterator[Record]:
        """Yield each record that is complete."""
        pending, place = memoryview(self._rest + data if self._rest else data), 0
        while len(pending) - place >= _HEAD.size:
            kind, size = _HEAD.unpack_from(pending, place)
            start = place + _HEAD.size
            if start + size > len(pending):
                break
            yield kind, pending[start : start + size]
            place = start + size
        self._rest = bytes(pending[place:])
