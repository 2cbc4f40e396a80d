"""Time to the first audio byte, to 64 KiB and to the whole file, for each format, beside the ffmpeg command.

Ours is what a buyer waits for in a warm shop: the workers of the pool run already, as in `lathe serve`. ffmpeg is the
whole command from its start to the bytes in its pipe, as a shop that calls it would see it. Both cut the same master,
one after the other, and the median of the runs is printed.

    make bench
    .venv/bin/python bench/first_byte.py --master FILE --runs 9 --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import imported
from rich.console import Console
from rich.table import Table

from lathe.audio import decode, heads, plan
from lathe.audio.formats import parse
from lathe.audio.pool import EncoderPool
from lathe.audio.source import Source
from lathe.audio.tags import Tags

ROOT = Path(__file__).resolve().parent.parent
MASTER = ROOT / "demo" / "masters" / "satie-gymnopedies" / "01-gymnopedie-no-1.flac"
KIB_64 = 64 * 1024
FORMATS = {
    "flac": ["-c:a", "flac", "-compression_level", "8", "-f", "flac"],
    "wav": ["-c:a", "pcm_s16le", "-f", "wav"],
    "aiff": ["-c:a", "pcm_s16be", "-f", "aiff"],
    "wavpack": ["-c:a", "wavpack", "-f", "wv"],
    "alac": ["-c:a", "alac", "-f", "ipod", "-movflags", "empty_moov"],
    "tta": ["-c:a", "tta", "-f", "tta"],
    "mp3:cbr=320": ["-c:a", "libmp3lame", "-b:a", "320k", "-f", "mp3"],
    "mp3:vbr=0": ["-c:a", "libmp3lame", "-q:a", "0", "-f", "mp3"],
    "aac:256": ["-c:a", "aac", "-b:a", "256k", "-f", "ipod", "-movflags", "empty_moov"],
    "opus:128": ["-c:a", "libopus", "-b:a", "128k", "-f", "opus"],
    "opus:128,mode=hard": ["-c:a", "libopus", "-b:a", "128k", "-vbr", "off", "-f", "opus"],
    "vorbis:q=6": ["-c:a", "libvorbis", "-q:a", "6", "-f", "ogg"],
}


@dataclass(frozen=True)
class Times:
    """Seconds from the order to the first audio byte, to 64 KiB of audio (None: the body is smaller) and to the end."""

    first_s: float
    kib64_s: float | None
    whole_s: float


@dataclass(frozen=True)
class Row:
    """One format: its class, and the medians of both."""

    format: str
    delivery_class: str
    ours: Times
    ffmpeg: Times | None


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    probe = decode.probe(asked.master)
    with tempfile.TemporaryDirectory() as spool, EncoderPool(spool=Path(spool)) as pool:
        rows = measured(pool, asked.master, asked.runs)
    if asked.json:
        json.dump([asdict(row) for row in rows], sys.stdout, indent=2)
        print()
    else:
        _print(rows, asked.master, probe.source, asked.runs)


def measured(pool: EncoderPool, master: Path, runs: int) -> list[Row]:
    """Measure every format on a pool, which is warmed up first."""
    source = imported.source_of(master)
    asyncio.run(_ours(pool, "wav", master, source, "warm-up"))
    return [_row(pool, fmt, master, source, runs) for fmt in FORMATS]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time to first audio byte, to 64 KiB and to the whole file.")
    parser.add_argument("--master", type=Path, default=MASTER, help="a FLAC file; default: a demo master")
    parser.add_argument("--runs", type=int, default=5, help="runs of each, the median counts; default 5")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def _row(pool: EncoderPool, fmt: str, master: Path, source: Source, runs: int) -> Row:
    ours = [asyncio.run(_ours(pool, fmt, master, source, f"{fmt}-{run}")) for run in range(runs)]
    theirs = [_ffmpeg(fmt, master) for _ in range(runs)] if shutil.which("ffmpeg") else []
    medians = _median(theirs) if theirs else None
    return Row(fmt, plan.delivery_class(parse(fmt), source), _median(ours), medians)


async def _ours(pool: EncoderPool, fmt: str, master: Path, source: Source, key: str) -> Times:
    """What a client of the shop sees: in class C nothing leaves before the body is made."""
    order = plan.conform(parse(fmt), source)
    begun = time.perf_counter()
    cut = pool.cut(key, order, master, source, hold=True)
    if plan.delivery_class(order, source) == "C":
        facts = await cut.wait()
        heads.head(order, source, Tags(title="Bench"), None, facts)
    watch = _Watch(begun)
    async for chunk in cut.follow():
        watch.saw(len(chunk))
    cut.release()
    cut.discard()
    return watch.times()


def _ffmpeg(fmt: str, master: Path) -> Times:
    """The ffmpeg command into a pipe. Its first bytes are its head; audio counts from the read after."""
    begun = time.perf_counter()
    command = ["ffmpeg", "-v", "error", "-i", str(master), *FORMATS[fmt], "pipe:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, bufsize=0) as process:
        if process.stdout is None:
            raise RuntimeError("ffmpeg has no output.")
        watch = _Watch(begun)
        while data := process.stdout.read(KIB_64):
            watch.saw(len(data))
    return watch.times()


class _Watch:
    """Notes when how many bytes had come."""

    def __init__(self, begun: float) -> None:
        self._begun = begun
        self._seen = 0
        self._first_s: float | None = None
        self._kib64_s: float | None = None

    def saw(self, count: int) -> None:
        now = time.perf_counter() - self._begun
        self._seen += count
        self._first_s = self._first_s if self._first_s is not None else now
        if self._seen >= KIB_64 and self._kib64_s is None:
            self._kib64_s = now

    def times(self) -> Times:
        if self._first_s is None:
            raise RuntimeError("Nothing came.")
        return Times(self._first_s, self._kib64_s, time.perf_counter() - self._begun)


def _median(times: list[Times]) -> Times:
    def of(pick: Callable[[Times], float | None]) -> float | None:
        known = [value for value in map(pick, times) if value is not None]
        return statistics.median(known) if known else None

    first, whole = of(lambda item: item.first_s), of(lambda item: item.whole_s)
    return Times(first or 0.0, of(lambda item: item.kib64_s), whole or 0.0)


def _print(rows: list[Row], master: Path, source: Source, runs: int) -> None:
    length = source.samples / source.sample_rate_hz
    shape = f"{source.bits} bit, {source.sample_rate_hz / 1000:g} kHz, {length:.1f} s"
    table = Table(title=f"{master.name}: {shape}; median of {runs}, in milliseconds")
    for heading in ("format", "class", "first", "64 KiB", "whole", "ffmpeg first", "64 KiB", "whole"):
        table.add_column(heading, justify="left" if heading in ("format", "class") else "right")
    for row in rows:
        theirs = _cells(row.ffmpeg) if row.ffmpeg else ["not installed", "", ""]
        table.add_row(row.format, row.delivery_class, *_cells(row.ours), *theirs)
    Console().print(table)


def _cells(times: Times) -> list[str]:
    return ["–" if value is None else f"{value * 1000:.1f}" for value in (times.first_s, times.kib64_s, times.whole_s)]


if __name__ == "__main__":
    main()
