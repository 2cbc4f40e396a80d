"""From one worker to as many as there are cores: measured, and a model of what more of them would give."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from makers import Bench

from lathe.audio.pool import EncoderPool

FORMATS = ("flac:level=8", "mp3:cbr=320", "opus:128,mode=hard", "wav")
PROJECTED = 16
BAR = 40


@dataclass(frozen=True)
class Row:
    """One format: seconds with 1, 2, … workers, the share that does not divide, and the model's gain on many cores.

    The model is Amdahl's: a time of s + p / k with k workers, s and p fitted to the measured times by least squares,
    where no more workers help than there are parts. It knows nothing of memory, of heat, or of other work.
    """

    format: str
    parts: int
    seconds: list[float]
    serial_share: float
    projected: float


def scaling(master: Path, folder: Path, runs: int, most: int) -> list[Row]:
    """Measure each format with 1 to `most` workers."""
    found: dict[str, list[float]] = {text: [] for text in FORMATS}
    parts: dict[str, int] = {}
    for workers in range(1, most + 1):
        with EncoderPool(workers=workers, spool=folder / "spool") as pool:
            bench = Bench(pool, master, folder)
            for text, seconds in found.items():
                seconds.append(statistics.median(_timed(bench, text) for _ in range(runs)))
                parts[text] = bench.parts
    return [_row(text, seconds, parts[text]) for text, seconds in found.items()]


def chart(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a chart: how many times as fast as one worker, a bar for each number of them."""
    for row in rows:
        yield row.format
        most = max(len(row.seconds), 1)
        for workers, seconds in enumerate(row.seconds, 1):
            gain = row.seconds[0] / seconds
            yield f"  {workers:3} {'█' * round(BAR * gain / most):{BAR}} {gain:.2f} ×  {seconds:.3f} s"


def _timed(bench: Bench, text: str) -> float:
    begun = time.perf_counter()
    bench.ours(text)
    return time.perf_counter() - begun


def _row(text: str, seconds: list[float], parts: int) -> Row:
    serial_s, divided_s = fitted(seconds)
    whole = serial_s + divided_s
    rounds = -(-parts // PROJECTED) / parts if parts else 1.0
    projected = whole / (serial_s + divided_s * max(rounds, 1 / PROJECTED))
    return Row(text, parts, seconds, serial_s / whole, projected)


def fitted(seconds: list[float]) -> tuple[float, float]:
    """Return the part of the time that stays and the part that divides, from the times of 1, 2, … workers.

    With one measured number of workers nothing can be told, and all is taken to stay.
    """
    if len(seconds) < 2:
        return seconds[0], 0.0
    shares = [1 / workers for workers in range(1, len(seconds) + 1)]
    middle, mean = statistics.mean(shares), statistics.mean(seconds)
    spread = sum((share - middle) ** 2 for share in shares)
    divided = sum((share - middle) * (one - mean) for share, one in zip(shares, seconds, strict=True)) / spread
    divided = min(max(divided, 0.0), seconds[0])
    return max(mean - divided * middle, 0.0), divided
