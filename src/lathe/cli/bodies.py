"""Makes a body for the command line: on a pool of workers where it falls into parts, else here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lathe.audio import encode, parts, plan, pool
from lathe.audio.cut import Cut
from lathe.audio.explain import Explain
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.source import Source

_LOOK_EVERY_S = 0.1

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Task:
    """What to encode, and on how many workers; None for one a core."""

    fmt: Format
    master: Path
    source: Source
    workers: int | None


def write(task: Task, target: Path, progress: Progress) -> tuple[BodyFacts, Explain]:
    """Write the body to `target`, a new file; return its facts and how it was made.

    The bytes are the same either way. Raises FormatError, SourceError, EncodeError.
    """
    division = parts.division(plan.conform(task.fmt, task.source), task.source)
    if task.workers == 1 or division is None:
        return _here(task, target, progress)
    workers = min(task.workers or pool.cores(), len(division.stretches))
    with pool.EncoderPool(workers=workers, spool=target.parent / "spool") as encoders:
        cut = encoders.cut(task.master.name, task.fmt, task.master, task.source, hold=True)
        facts = _watched(cut, progress)
        cut.path.rename(target)
        return facts, cut.explain or Explain()


def _here(task: Task, target: Path, progress: Progress) -> tuple[BodyFacts, Explain]:
    accounts: list[Explain] = []
    total = task.source.samples
    making = encode.encode_body(
        task.fmt, task.master, task.source, lambda samples: progress(samples / total), accounts.append
    )
    with target.open("xb") as file:
        while True:
            try:
                file.write(next(making))
            except StopIteration as end:
                facts: BodyFacts = end.value
                return facts, accounts[0]


def _watched(cut: Cut, progress: Progress) -> BodyFacts:
    while True:
        try:
            return cut.wait_blocking(_LOOK_EVERY_S)
        except TimeoutError:
            progress(cut.progress)
