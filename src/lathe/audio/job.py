"""A cut as the pool works at it: which of its parts are at work, which are laid, and which one is next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lathe.audio import parts, plan, wire
from lathe.audio.cut import Cut
from lathe.audio.division import Division
from lathe.audio.explain import Explain
from lathe.audio.order import Format
from lathe.audio.pieces import Piece
from lathe.audio.source import Source
from lathe.audio.staff import Worker


@dataclass
class Part:
    """A part that was handed out: its file, who encodes it, and how far that is."""

    file: Path
    worker: int
    bytes: int = 0
    samples: int = 0
    ended: bool = False


@dataclass(frozen=True)
class Work:
    """What a cut is of: a format, the master's path and what it is; and one piece of the body, where not the whole."""

    fmt: Format
    path: str
    source: Source
    piece: Piece | None = None


@dataclass(eq=False)
class Job:
    """The work at one cut. `lead` is the worker that binds the parts; a single pass has no division and no lead.

    `at_once`: somebody waits for its first byte. `turn` counts up as jobs that are alike take turns.
    """

    number: int
    cut: Cut
    work: Work
    priority: int
    at_once: bool = False
    turn: int = 0
    division: Division | None = None
    lead: Worker | None = None
    laid: int = 0
    parts: list[Part] = field(default_factory=list)

    def settle(self) -> None:
        """Find out how the body divides. Raises FormatError where the master cannot be cut to the format."""
        fmt, source = plan.conform(self.work.fmt, self.work.source), self.work.source
        self.work = replace(self.work, fmt=fmt)
        self.division = None if self.work.piece else parts.division(fmt, source)

    @property
    def does(self) -> str:
        """What a worker is asked to do for it: encode a part, the whole, or a piece."""
        return "part" if self.division else "piece" if self.work.piece else "encode"

    @property
    def urgency(self) -> tuple[bool, int, bool, int, int]:
        """What jobs are sorted by: first bytes that somebody waits for, the higher priority, then what is not begun,
        then the one that has waited longest for a part to be handed out, then the one that came first."""
        return not self.is_newcomer, -self.priority, self.is_begun, self.turn, self.number

    @property
    def is_newcomer(self) -> bool:
        """Whether somebody waits for its first byte, which no worker is at yet."""
        return self.at_once and not self.is_begun

    @property
    def is_begun(self) -> bool:
        """Whether a worker has it."""
        return self.lead is not None or bool(self.parts)

    def has_part(self, ahead: int) -> bool:
        """Whether a part can be handed out while at most `ahead` may be unfinished or wait to be laid."""
        count = len(self.division.stretches) if self.division else 1
        return len(self.parts) < min(count, self.laid + ahead)

    def order(self, do: str, **more: Any) -> dict[str, Any]:
        """Return a message that asks for something to be done with this cut."""
        work = self.work
        piece = wire.piece(work.piece) if work.piece else None
        what = work.fmt, work.path, work.source
        return wire.order(self.number, do, what, piece=piece, priority=self.priority, at_once=self.at_once, **more)

    def lay(self) -> dict[str, Any] | None:
        """Return the message that lets the lead lay what there is of the part that comes next; None for nothing.

        The bytes of the first part the lead, which encodes it, lays by itself.
        """
        if self.laid >= len(self.parts):
            return None
        part = self.parts[self.laid]
        if not (part.ended or (part.bytes and self.laid)):
            return None
        return {"do": "lay", "job": self.number, "file": str(part.file), "bytes": part.bytes, "ended": part.ended}

    @property
    def samples(self) -> int:
        """How many samples of the master are encoded, as far as parts tell that overlap a little."""
        if self.division is None:
            return sum(part.samples for part in self.parts)
        due = sum(stretch.samples for stretch in self.division.stretches)
        return sum(part.samples for part in self.parts) * self.work.source.samples // max(1, due)

    def explained(self, joins: list[dict[str, Any]]) -> Explain:
        """Return how the cut was made, its joins as the lead reports them."""
        if self.division is None:
            return Explain()
        workers = [part.worker for part in self.parts]
        return Explain.of(self.division, wire.joins_of(joins), workers)

    def remove_files(self) -> None:
        """Remove the files of parts that were not laid."""
        for part in self.parts if self.division else ():
            part.file.unlink(missing_ok=True)
