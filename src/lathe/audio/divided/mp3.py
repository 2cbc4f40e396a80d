"""MP3 in parts with the bit reservoir kept: each part runs up over the end of the one before, and a frame is chosen
where the one can take over from the other. The frames are then put on frames again as one stream.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from lathe.audio import lame
from lathe.audio.containers import layer3, mpeg
from lathe.audio.containers.layer3 import Frame, Layout
from lathe.audio.divided import weaving
from lathe.audio.divided.laying import Constant, Laying, Variable
from lathe.audio.divided.weaving import Candidate
from lathe.audio.division import Again, Join, Stretch, even_grid
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BEGINNING, BodyFacts, Mark
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm

STEP = 49
"""Frames after which LAME's padding at constant bitrates repeats: every part begins in step with the whole."""
FIRST_PART, LATER_PARTS = 8 * STEP, 24 * STEP
"""Frames of the first part, and about those of later ones: ten seconds at 44.1 kHz, and thirty."""
LOOK_AHEAD = 4
"""Frames that a part goes on behind its window, so that all in it are as they would be in a stream that goes on."""
LEAST = 100


@dataclass(frozen=True)
class Overlap:
    """Frames of a part that only let the encoder settle, and the frames after them at which it may take over."""

    run_up: int
    window: int


CONSTANT, VARIABLE = Overlap(32, 20), Overlap(12, 8)
"""At a constant bitrate the encoder's reservoir has to fill, and a join to be found where it fits."""


class Parts:
    """The division of an MP3 body."""

    plain = False

    def __init__(self, fmt: Format, stream: mpeg.Stream) -> None:
        self.fmt, self.stream, self.layout = fmt, stream, Layout(stream)
        self.overlap = VARIABLE if fmt.option("cbr") is None else CONSTANT
        self.starts = even_grid(stream.frames, FIRST_PART, LATER_PARTS, STEP, LEAST)
        self.stretches = [*(self._stretch(*pair) for pair in pairwise(self.starts)), self._last()]

    def encoder(self, stretch: Stretch) -> PartFrames:
        return PartFrames(self, stretch)

    def binder(self, again: Again) -> FrameBinder:
        return FrameBinder(self, again)

    def resumed(self, mark: Mark, again: Again) -> FrameBinder:
        return FrameBinder(self, again, mark)

    def laying(self, mark: Mark) -> Laying:
        """Return what puts the frames of the stream, from a mark on, on frames of its bitrates."""
        kbps = self.fmt.option("cbr")
        return Variable(self.layout, mark) if kbps is None else Constant(self.layout, int(kbps), mark)

    def _stretch(self, start: int, after: int) -> Stretch:
        size, beyond = self.stream.frame_samples, self.overlap.run_up + self.overlap.window + LOOK_AHEAD
        return Stretch(start * size, min((after + beyond) * size, self.stream.samples))

    def _last(self) -> Stretch:
        return Stretch(self.starts[-1] * self.stream.frame_samples, self.stream.samples)


class PartFrames:
    """LAME's frames of a part, each with its data, from its first frame on."""

    def __init__(self, whole: Parts, stretch: Stretch) -> None:
        self._lame = lame.encoder(whole.fmt, whole.stream)
        self._reader = layer3.Reader(whole.layout)

    def feed(self, block: Pcm) -> bytes:
        return self._packed(bytes(self._lame.encode(np.ascontiguousarray(block, dtype="<i2").tobytes())))

    def finish(self) -> bytes:
        return self._packed(bytes(self._lame.flush()))

    def _packed(self, data: bytes) -> bytes:
        return b"".join(map(layer3.pack, self._reader.take(data)))


class FrameBinder:
    """Joins the frames of the parts, and lays them out as one stream.

    The frames of the part at hand are laid as they come, until the last one before the next join window: that one and
    those in the window are kept until the next part has come that far too.
    """

    def __init__(self, whole: Parts, again: Again, mark: Mark = BEGINNING) -> None:
        self.joins: list[Join] = []
        self._whole, self._again, self._laying = whole, again, whole.laying(mark)
        self._run_up, self._window = whole.overlap.run_up, whole.overlap.window
        self._part = self._origin = mark.part
        self._next, self._skip = mark.unit, mark.unit - whole.starts[mark.part]
        self._kept: list[Frame] = []
        self._new: list[Frame] | None = None
        self._index = Index(whole.stream)

    @property
    def marks(self) -> list[Mark]:
        """Where one part took over from another, in a body that was bound from its beginning."""
        woven = [join for join in self.joins if join.way == "woven"]
        return [
            BEGINNING,
            *(Mark(join.part, join.unit, *self._index.at(join.unit), join.reservoir_bytes) for join in woven),
        ]

    def lay(self, data: bytes) -> bytes:
        frames = layer3.unpack(data, self._whole.layout.head_bytes)
        if self._new is None:
            return self._take(self._after_run_up(frames))
        self._new += frames
        return self._join(complete=False)

    def close_part(self) -> bytes:
        out = b"" if self._new is None else self._join(complete=True)
        self._part += 1
        self._new = [] if self._part < len(self._whole.starts) else None
        return out

    def finish(self) -> bytes:
        """Lay what is left, and check that there are as many frames as the head says."""
        out = self._index.add(self._laying.finish())
        if self._next != self._whole.stream.frames:
            raise EncodeError(
                f"LAME made {self._next} frames of {self._whole.fmt} where {self._whole.stream.frames} were due."
            )
        return out

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        toc = () if self._whole.fmt.option("cbr") is not None else self._index.hundredths()
        return BodyFacts(size_bytes, sha256, toc=toc)

    def _after_run_up(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Leave out what comes before the mark."""
        for frame in frames:
            if self._skip:
                self._skip -= 1
            else:
                yield frame

    def _take(self, frames: Iterable[Frame]) -> bytes:
        """Lay frames of the part at hand, and keep those that belong to the next window."""
        later = self._whole.starts[self._part + 1 :]
        keep_from = later[0] + self._run_up - 1 if later else sys.maxsize
        out = []
        for frame in frames:
            if self._next < keep_from:
                out += self._laying.add(frame)
                self._next += 1
            elif len(self._kept) <= self._window:
                self._kept.append(frame)
        return self._index.add(out)

    def _join(self, *, complete: bool) -> bytes:
        """Let the new part take over as soon as it has come far enough for the choice to be certain."""
        new = self._new or []
        if len(new) < self._run_up + self._window:
            return b""
        stood = self._laying.foreseen(self._kept)
        found = weaving.candidates(self._kept, new[self._run_up - 1 : self._run_up + self._window], stood[1:])
        found.sort(key=self._laying.rank)
        if not complete and (not found or found[0].surplus < 0):
            return b""
        for one in found:
            if one.surplus >= 0 or self._laying.carries(one, self._next, new[self._run_up + one.place :]):
                return self._take_over(one, new)
        return self._go_on()

    def _take_over(self, join: Candidate, new: list[Frame]) -> bytes:
        """Lay the old part up to the join, and go on with the new one."""
        before, self._kept, self._new = self._kept[: join.place + 1], [], None
        self.joins.append(join.as_join(self._part, self._next + len(before)))
        out = self._index.add([done for frame in before for done in self._laying.add(frame)])
        self._next += len(before)
        self._origin = self._part
        return out + self._take(new[self._run_up + join.place :])

    def _go_on(self) -> bytes:
        """Where nothing fits, let the old encoder run on in place of the new one: the very same stream, to the end of
        the new part.
        """
        whole = self._whole
        self._kept, self._new = [], None
        self.joins.append(Join(self._part, whole.starts[self._part] + self._run_up, "went on"))
        place = Stretch(whole.stretches[self._origin].start, whole.stretches[self._part].stop)
        pieces = (frame for data in self._again(place) for frame in layer3.unpack(data, whole.layout.head_bytes))
        return self._take(islice(pieces, self._next - whole.starts[self._origin], None))


class Index:
    """Counts the frames of a body, and notes where each begins and what reservoir stands before it."""

    def __init__(self, stream: mpeg.Stream) -> None:
        self._version_1 = stream.version_1
        self._starts: list[int] = []
        self._reservoirs: list[int] = []
        self._end = 0

    def at(self, number: int) -> tuple[int, int]:
        """Return the offset of a frame, and the reservoir before it."""
        return self._starts[number], self._reservoirs[number]

    def add(self, frames: list[bytes]) -> bytes:
        """Note the frames, and return them in one piece."""
        for frame in frames:
            self._starts.append(self._end)
            self._reservoirs.append(layer3.reservoir_of(frame, version_1=self._version_1))
            self._end += len(frame)
        return b"".join(frames)

    def hundredths(self) -> tuple[int, ...]:
        """Return the offset of each hundredth of the frames."""
        return tuple(self._starts[part * len(self._starts) // 100] for part in range(100))
