"""Layer III frames taken out of a stream with a bit reservoir, and put on frames again (ISO/IEC 11172-3, 2.4.1.7 and
2.4.2.7; 13818-3, 2.4.1.7 for the lower rates).

The data of a frame begins up to 511 bytes (255 at the lower rates) before its own place: what earlier frames left free
is the reservoir. Here a frame is its header, its side information and its data, wherever that stood.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from lathe.audio.containers import mpeg
from lathe.audio.errors import EncodeError

BUFFER_BYTES = 1920
"""A frame and the reservoir before it together: what LAME keeps to."""
_RECORD = struct.Struct("<HHB")


class Frame(NamedTuple):
    """One frame: `head` is the header of four bytes and the side information, `data` whole bytes without anything
    behind; `reservoir` is how many bytes the encoder began before the frame's own place; `windows` are the block types
    of its last granule, four bits a channel.
    """

    head: bytes
    data: bytes
    reservoir: int
    windows: int

    def is_like(self, other: Frame) -> bool:
        """Whether two encoders gave the same frame, as far as header and side information tell."""
        return self.head[6:] == other.head[6:] and len(self.data) == len(other.data)


@dataclass(frozen=True)
class Layout:
    """What a stream's version, rate and channels fix for its frames. Bitrates go by their index in the header."""

    stream: mpeg.Stream

    @cached_property
    def head_bytes(self) -> int:
        """Bytes of header and side information."""
        return 4 + self.stream.side_bytes

    @cached_property
    def frame_bytes(self) -> tuple[int, ...]:
        """Bytes of a frame without padding; nothing for index 0."""
        eighth = self.stream.frame_samples // 8
        return (0, *(eighth * kbps * 1000 // self.stream.sample_rate_hz for kbps in self.stream.steps_kbps))

    @cached_property
    def room(self) -> tuple[int, ...]:
        """Bytes for data in a frame without padding."""
        return tuple(max(0, size - self.head_bytes) for size in self.frame_bytes)

    @property
    def most(self) -> int:
        """The largest reservoir that the side information can name."""
        return 511 if self.stream.version_1 else 255

    @cached_property
    def limit(self) -> tuple[int, ...]:
        """The largest reservoir that may stand behind a frame."""
        return tuple(max(0, min(self.most, BUFFER_BYTES - size)) for size in self.frame_bytes)

    @cached_property
    def granules(self) -> tuple[int, ...]:
        """How far each granule and channel begins from the end of the side information, in bits."""
        version_1, channels = self.stream.version_1, self.stream.channels
        before = {(True, 2): 20, (True, 1): 18, (False, 2): 10, (False, 1): 9}[version_1, channels]
        size, count = (59, 2 * channels) if version_1 else (63, channels)
        return tuple(8 * self.stream.side_bytes - before - size * place for place in range(count))

    def index_of(self, kbps: int) -> int:
        """Return the index of a bitrate."""
        return self.stream.steps_kbps.index(kbps) + 1


class Reader:
    """Takes frames out of an encoder's bytes, as they come."""

    def __init__(self, layout: Layout) -> None:
        self._layout, self._rest = layout, b""
        self._main = bytearray()

    def take(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that are complete."""
        pending, place = self._rest + data, 0
        while len(pending) - place >= 4:
            size = mpeg.frame_bytes(pending[place : place + 4], self._layout.stream.sample_rate_hz)
            if place + size > len(pending):
                break
            yield self._frame(pending[place : place + size])
            place += size
        self._rest = pending[place:]

    def _frame(self, found: bytes) -> Frame:
        layout = self._layout
        if found[0] != 0xFF or not found[1] & 1:
            raise EncodeError("LAME gave a frame of an unexpected kind; install the pinned lameenc.")
        head = found[: layout.head_bytes]
        reservoir = reservoir_of(head, version_1=layout.stream.version_1)
        start = len(self._main) - reservoir
        self._main += found[layout.head_bytes :]
        bits, windows = _sizes(layout, int.from_bytes(head[4:], "big"))
        data = self._main[start : start + (bits + 7) // 8]
        if start < 0 or len(self._main) - start < len(data) or len(data) != (bits + 7) // 8:
            raise EncodeError("LAME gave a frame whose data is not there; install the pinned lameenc.")
        if bits & 7:
            data[-1] &= 0xFF00 >> (bits & 7) & 0xFF
        del self._main[: -layout.most]
        return Frame(head, bytes(data), reservoir, windows)


def reservoir_of(frame: bytes, *, version_1: bool) -> int:
    """Return how many bytes before its own place the data of a frame begins (main_data_begin)."""
    return frame[4] << 1 | frame[5] >> 7 if version_1 else frame[4]


def _sizes(layout: Layout, side: int) -> tuple[int, int]:
    """Return the bits of a frame's data (the sum of part2_3_length), and the windows of its last granule."""
    bits, windows, types = 0, 0, 37 if layout.stream.version_1 else 42
    for after in layout.granules:
        bits += side >> after - 12 & 0xFFF
    for after in layout.granules[-layout.stream.channels :]:
        kind = side >> after - types & 0xF
        windows = windows << 4 | (kind if kind & 8 else 0)
    return bits, windows


def pack(frame: Frame) -> bytes:
    """Return a frame as bytes for `unpack`."""
    return b"".join((_RECORD.pack(len(frame.data), frame.reservoir, frame.windows), frame.head, frame.data))


def unpack(data: bytes, head_bytes: int) -> Iterator[Frame]:
    """Yield the frames that `pack` packed."""
    place = 0
    while place < len(data):
        size, reservoir, windows = _RECORD.unpack_from(data, place)
        start = place + _RECORD.size + head_bytes
        place = start + size
        yield Frame(data[start - head_bytes : start], data[start:place], reservoir, windows)


class Writer:
    """Puts frames on frames of given bitrates, the data of each as early as the reservoir lets it begin.

    One that goes on in the middle of a stream gets the reservoir that stands there.
    """

    def __init__(self, layout: Layout, reservoir: int = 0) -> None:
        self._layout = layout
        self._heads: deque[tuple[bytes, int]] = deque()
        self._main = bytearray()
        self.reservoir = self._elsewhere = reservoir
        """Bytes that stand free before the next frame; those on frames of somebody else."""

    def add(self, frame: Frame, index: int, padding: int = 0) -> list[bytes]:
        """Take the next frame, for a bitrate and with a byte of padding or none; return the frames that are full.

        What the reservoir cannot hold is filled with zeros. Raises EncodeError where the data does not fit.
        """
        layout = self._layout
        room = layout.room[index] + padding
        free = self.reservoir + room - len(frame.data)
        if free < 0:
            raise EncodeError(f"A frame of {len(frame.data)} bytes does not fit into {free + len(frame.data)}.")
        self._heads.append((self._head(frame, index, padding), room))
        self._main += frame.data
        self.reservoir = min(layout.limit[index], free)
        self._main += bytes(free - self.reservoir)
        if self._elsewhere:
            gone = min(self._elsewhere, len(self._main))
            del self._main[:gone]
            self._elsewhere -= gone
        return self._full()

    def finish(self) -> list[bytes]:
        """Return the last frames, what is left of them filled with zeros."""
        self._main += bytes(sum(room for _, room in self._heads) - len(self._main))
        return self._full()

    def _full(self) -> list[bytes]:
        out = []
        while self._heads and len(self._main) >= self._heads[0][1]:
            head, room = self._heads.popleft()
            out.append(head + self._main[:room])
            del self._main[:room]
        return out

    def _head(self, frame: Frame, index: int, padding: int) -> bytes:
        head = bytearray(frame.head)
        head[2] = index << 4 | head[2] & 0x0C | padding << 1
        if self._layout.stream.version_1:
            head[4] = self.reservoir >> 1
            head[5] = head[5] & 0x7F | (self.reservoir & 1) << 7
        else:
            head[4] = self.reservoir
        return bytes(head)
