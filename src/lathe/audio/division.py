"""How a body falls into parts that are encoded apart and bound together again.

A codec that can do it has a method `division`; one that has none is encoded in a single pass. The parts are fixed by
format and master, never by who encodes them, so the body is the same whatever the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from lathe.audio.facts import BodyFacts, Mark
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source


@dataclass(frozen=True)
class Stretch:
    """Samples [start, stop) of the music at the output's rate."""

    start: int
    stop: int

    @property
    def samples(self) -> int:
        """Its length."""
        return self.stop - self.start


@dataclass(frozen=True)
class Join:
    """Where a part takes over from the one before it.

    `unit`: the first frame or packet taken from the part, or where it would have been had one fitted. `way`: `cut`
    between units that hang on nothing before them; `settled` where the part's encoder had run up to the same output;
    `woven` where the bit reservoir goes on through the join; `went on` where the encoder before was let run instead.
    `reservoir_bytes` stood before the unit, `asked_bytes` is what the part's own encoder had there; `alike` tells that
    both encoders gave the same unit just before.
    """

    part: int
    unit: int
    way: Literal["cut", "settled", "woven", "went on"]
    reservoir_bytes: int = 0
    asked_bytes: int = 0
    alike: bool = True


class PartEncoder(Protocol):
    """Turns the PCM of one stretch into bytes that only the binder of the same division reads."""

    def feed(self, block: Pcm) -> bytes:
        """Take a block of shape (samples, channels); return what is ready, perhaps nothing."""

    def finish(self) -> bytes:
        """Return the rest."""


class Binder(Protocol):
    """Makes the body from the bytes of the parts, in order. Used once."""

    joins: list[Join]

    def lay(self, data: bytes) -> bytes:
        """Take more of the part at hand, in pieces of any size; return the bytes of the body that are settled by it."""

    def close_part(self) -> bytes:
        """Take the end of the part at hand, and go on to the next one."""

    def finish(self) -> bytes:
        """Take the end of the last part, which was closed; return the last bytes of the body."""

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        """Return the facts of the finished body."""


Again = Callable[[Stretch], Iterator[bytes]]
"""Encodes another stretch on the spot, for a binder that cannot join the parts it was given."""


class Division(Protocol):
    """The parts of one body.

    `stretches` are what each part has to hear, its run-up and its look-ahead counted in. `plain` tells that the bytes
    of the parts are the PCM itself, little-endian, as an MD5 over it counts them.
    """

    plain: bool

    @property
    def stretches(self) -> Sequence[Stretch]: ...

    def encoder(self, stretch: Stretch) -> PartEncoder: ...

    def binder(self, again: Again) -> Binder: ...


@runtime_checkable
class Marking(Protocol):
    """A binder that notes where the body can be gone on with; they are complete once it has finished."""

    @property
    def marks(self) -> Sequence[Mark]: ...


@runtime_checkable
class Resumable(Division, Protocol):
    """A division whose body can be gone on with from a mark. Its binders are `Marking`."""

    def resumed(self, mark: Mark, again: Again) -> Binder:
        """Return a binder that takes the parts from `mark.part` on and gives the bytes from the mark on, as they are
        in the whole.
        """


@runtime_checkable
class Foreseeing(Resumable, Protocol):
    """A resumable division whose marks follow from arithmetic, before anything is encoded.

    `proves` tells that a mark holds only where the join of its part is seen to settle; else it always does.
    """

    proves: bool

    def foreseen(self) -> Sequence[Mark]: ...


@runtime_checkable
class Divisible(Protocol):
    """A codec that can divide. The format is conformed to the source."""

    def division(self, fmt: Format, source: Source) -> Division | None:
        """Return the division of the body, or None where this one is encoded in a single pass."""


def grid(total: int, first: int, then: int, least: int) -> list[int]:
    """Return where parts start among `total` units: at 0, at `first`, and every `then` units on, as long as `least`
    units follow.
    """
    return [0, *range(first, max(first, total - least + 1), then)]


def even_grid(total: int, first: int, about: int, step: int, least: int) -> list[int]:
    """Return where parts start among `total` units: at 0, at `first`, and then evenly, as long as `least` units follow.

    Behind the first there are two, or a multiple of four parts of about `about` units each; the last of them is shorter
    by the first. So two or four workers that take them in turn end together. Sizes are multiples of `step`.
    """
    count = 2 if total < 3 * about else 4 * max(1, round(total / (4 * about)))
    size = -(-total // (count * step)) * step
    return [0, *range(first, max(first, total - least + 1), size)]


def tapered(total: int, first: int, then: int, last: int) -> list[int]:
    """Return where parts start among `total` units: at 0, at `first`, every `then` units on, and closer towards the
    end. There a part takes a quarter of what is left, but no less than `last` units, so that no worker ends long after
    the others.
    """
    starts, place = [0], first
    while total - place >= last:
        starts.append(place)
        place += min(then, max(last, (total - place) // 4))
    return starts
