"""MP3 frames put on frames of a constant bitrate, or on the smallest that will do, as a single encoder would."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from lathe.audio.containers.layer3 import Frame, Layout, Writer
from lathe.audio.divided.weaving import Candidate
from lathe.audio.facts import BEGINNING, Mark

ALIKE_IS_WORTH = 64
"""Bytes of the reservoir worth giving up for a frame before the join that is the same in both encodes."""
WORST = 4000
HELD_BACK = 8
"""Frames of a variable bitrate that wait at least; more of them make fewer looks at each."""


class Laying(Protocol):
    """Takes the frames of the whole stream in order, and gives them laid out, a few frames later at most."""

    def add(self, frame: Frame) -> list[bytes]:
        """Take the next frame; return those that are settled by it."""

    def finish(self) -> list[bytes]:
        """Return the last frames."""

    def foreseen(self, frames: list[Frame]) -> list[int]:
        """Return the reservoir that can stand before each of the frames that come next, and behind the last."""

    def rank(self, candidate: Candidate) -> int:
        """Return how bad a join would be; those without a surplus come last."""

    def carries(self, candidate: Candidate, unit: int, frames: list[Frame]) -> bool:
        """Tell whether all the frames of the new part fit, though it asks for more than there is. `unit` is the number
        of the next frame to be added.
        """


class Constant:
    """A constant bitrate. The padding is LAME's, in closed form; the rest follows from it."""

    def __init__(self, layout: Layout, kbps: int, mark: Mark = BEGINNING) -> None:
        self._stream, self._kbps = layout.stream, kbps
        self._index = layout.index_of(kbps)
        self._room, self._limit = layout.room[self._index], layout.limit[self._index]
        self._writer = Writer(layout, mark.reservoir_bytes)
        self._number = mark.unit

    def add(self, frame: Frame) -> list[bytes]:
        padding = self._padding(self._number)
        self._number += 1
        return self._writer.add(frame, self._index, padding)

    def finish(self) -> list[bytes]:
        return self._writer.finish()

    def foreseen(self, frames: list[Frame]) -> list[int]:
        return self._run(self._writer.reservoir, self._number, frames)

    def rank(self, candidate: Candidate) -> int:
        short = WORST if candidate.surplus < 0 else 0
        return short + (0 if candidate.alike else ALIKE_IS_WORTH) + abs(candidate.surplus)

    def carries(self, candidate: Candidate, unit: int, frames: list[Frame]) -> bool:
        return min(self._run(candidate.reservoir, unit + candidate.place + 1, frames)) >= 0

    def _run(self, reservoir: int, number: int, frames: list[Frame]) -> list[int]:
        out = [reservoir]
        for place, frame in enumerate(frames, number):
            reservoir = min(self._limit, reservoir + self._room + self._padding(place) - len(frame.data))
            out.append(reservoir)
        return out

    def _padding(self, number: int) -> int:
        """Return the byte of padding of a frame, or none."""
        bytes_of_first, kbps = self._stream.bytes_of_first, self._kbps
        return bytes_of_first(number + 1, kbps) - bytes_of_first(number, kbps) - self._room - self._head

    @property
    def _head(self) -> int:
        return 4 + self._stream.side_bytes


class Variable:
    """The smallest bitrate for each frame that leaves what the later ones need.

    What a frame needs of the reservoir hangs on those behind it, seldom on more than four: frames wait until it is
    certain, whatever may come.
    """

    def __init__(self, layout: Layout, mark: Mark = BEGINNING) -> None:
        self._layout = layout
        self._writer = Writer(layout, mark.reservoir_bytes)
        self._waiting: deque[Frame] = deque()
        self._attainable = mark.attainable_bytes

    def add(self, frame: Frame) -> list[bytes]:
        self._waiting.append(frame)
        self._attainable = self._fullest(self._attainable, frame)
        return self._lay(self._layout.most) if len(self._waiting) >= HELD_BACK else []

    def finish(self) -> list[bytes]:
        return self._lay(0) + self._writer.finish()

    def foreseen(self, frames: list[Frame]) -> list[int]:
        out = [self._attainable]
        for frame in frames:
            out.append(self._fullest(out[-1], frame))
        return out

    def rank(self, candidate: Candidate) -> int:
        """The first frame of the window that will do, but one with the same frame before it sooner."""
        short = WORST if candidate.surplus < 0 else 0
        return short + candidate.place - (WORST // 4 if candidate.alike else 0)

    def carries(self, candidate: Candidate, unit: int, frames: list[Frame]) -> bool:
        """Never: the reservoir foreseen is already the fullest there can be."""
        return False

    def _lay(self, worst: int) -> list[bytes]:
        """Lay the waiting frames of which it is certain what they must leave, when those to come need at most
        `worst`.
        """
        frames = list(self._waiting)
        low, high = self._needs(frames, 0), self._needs(frames, worst)
        out: list[bytes] = []
        for least, most, frame in zip(low, high, frames, strict=True):
            if least != most:
                break
            self._waiting.popleft()
            out += self._writer.add(frame, self._smallest(frame, least))
        return out

    def _needs(self, frames: list[Frame], last: int) -> list[int]:
        """Return what each frame must leave in the reservoir for the ones behind it, the last one `last`."""
        needs, need = [], last
        for frame in reversed(frames):
            needs.append(need)
            need = max(0, need + len(frame.data) - self._layout.room[self._largest(need)])
        return needs[::-1]

    def _largest(self, need: int) -> int:
        """Return the highest bitrate behind which so much can stand in the reservoir."""
        limit = self._layout.limit
        last = len(limit) - 1
        return last if need <= limit[last] else next((at for at in range(last, 1, -1) if limit[at] >= need), 1)

    def _smallest(self, frame: Frame, leave: int) -> int:
        wanted = leave + len(frame.data) - self._writer.reservoir
        room = self._layout.room
        return next((index for index in range(1, len(room)) if room[index] >= wanted), len(room) - 1)

    def _fullest(self, reservoir: int, frame: Frame) -> int:
        """Return the most that can stand in the reservoir behind a frame."""
        room, limit = self._layout.room, self._layout.limit
        if limit[-1] == self._layout.most:
            return min(limit[-1], reservoir + room[-1] - len(frame.data))
        return max(min(limit[at], reservoir + room[at] - len(frame.data)) for at in range(1, len(room)))
