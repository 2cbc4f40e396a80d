"""All that the engine is measured by: warm workers beside the encoders' own programs on the same master, and the goals.

Ours is what a buyer waits for in a warm shop: the workers run already, as in `lathe serve`, and a track is cut in parts
by all of them. The programs are started for each run and read the same FLAC file. All take turns, so that a machine
that is busy for a while is so for everybody; the median of the runs counts. On a machine that others use too, only the
seconds of processor time say much: a program runs on one core at the usual priority, ours on as many as there are
workers at a lower one.

    .venv/bin/python bench/encode.py
    .venv/bin/python bench/encode.py --quick
    .venv/bin/python bench/encode.py --master FILE --runs 9 --workers 2 --only tracks,bytes --json
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import first_byte
import lengths
import measure
import scaling
import show
import whole
from contest import ENTRIES
from makers import Bench
from measured import Goal, machine, versions

from lathe.audio.pool import EncoderPool

MASTERS = Path(__file__).resolve().parent.parent / "demo" / "masters"
MASTER = MASTERS / "satie-gymnopedies" / "01-gymnopedie-no-1.flac"
SHORT_MASTER = MASTERS / "bach-cello-suite-1" / "02-gigue.flac"
ALBUM, SHORT_ALBUM = 12, 3
FIRST_BYTE_MS = 20.0
SHARE_OF_FFMPEG = {"flac": 0.5}
OTHER_SHARE = 0.7
RAW = ("wav", "aiff")
"""Formats that are not encoded, so that there is no encoder to be faster than."""


@dataclass
class Report:
    """What was measured, section by section, and the goals in it."""

    sections: dict[str, list[Any]] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    before, report = machine(), Report()
    for name, section in SECTIONS.items():
        if name in asked.only:
            print(f"{name} …", file=sys.stderr, flush=True)
            report.sections[name] = section(asked, report)
    if asked.json:
        json.dump(_whole(asked, report, before), sys.stdout, indent=2)
        print()
    else:
        show.report(report.sections, report.goals, {**before, **versions()}, whole.left_out())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The engine beside the encoders' own programs, and its goals.")
    parser.add_argument("--master", type=Path, help="a FLAC file; default: a demo master")
    parser.add_argument("--runs", type=int, help="runs of each, the median counts; default 5, or 1 with --quick")
    parser.add_argument("--workers", type=int, help="workers of the pool; default: one a core")
    parser.add_argument("--quick", action="store_true", help="a short master, a small album, no hour: is all in order?")
    parser.add_argument("--only", default=",".join(SECTIONS), help=f"sections, by commas, of {', '.join(SECTIONS)}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    asked.master = asked.master or (SHORT_MASTER if asked.quick else MASTER)
    asked.runs = asked.runs or (1 if asked.quick else 5)
    asked.only = asked.only.split(",")
    if unknown := set(asked.only) - set(SECTIONS):
        parser.error(f"There is no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}.")
    return asked


def _tracks(asked: argparse.Namespace, report: Report) -> list[Any]:
    return _contest(asked, report, lambda bench: whole.tracks(bench, asked.runs))


def _albums(asked: argparse.Namespace, report: Report) -> list[Any]:
    count = SHORT_ALBUM if asked.quick else ALBUM
    return _contest(asked, report, lambda bench: whole.albums(bench, asked.runs, count))


def _contest(asked: argparse.Namespace, report: Report, measured: Callable[[Bench], list[whole.Row]]) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder, _pool(asked, folder) as pool:
        rows = measured(Bench(pool, asked.master, Path(folder)))
    report.goals += [goal for row in rows for goal in row.goals]
    return rows


def _bytes(asked: argparse.Namespace, report: Report) -> list[Any]:
    """Goals for the first byte of classes A and B, and for 64 KiB beside ffmpeg's pipe."""
    with tempfile.TemporaryDirectory() as folder, _pool(asked, folder) as pool:
        rows = first_byte.measured(pool, asked.master, asked.runs)
    for row in rows:
        if row.delivery_class == "C":
            continue
        first_ms = row.ours.first_s * 1000
        report.goals.append(Goal(f"{row.format}, first audio byte", first_ms, FIRST_BYTE_MS, at_least=False, unit="ms"))
        if row.ffmpeg and row.format not in RAW:
            ours, theirs = row.ours.kib64_s, row.ffmpeg.kib64_s
            share = ours / theirs if ours and theirs else None
            bound = SHARE_OF_FFMPEG.get(row.format, OTHER_SHARE)
            report.goals.append(Goal(f"{row.format}, 64 KiB beside ffmpeg's pipe", share, bound, at_least=False))
    return rows


def _lengths(asked: argparse.Namespace, report: Report) -> list[Any]:
    shapes = lengths.QUICK if asked.quick else lengths.SHAPES
    rows = []
    for row in lengths.lengths(asked.master, shapes, asked.workers):
        print(f"  {row.master}: {row.format} done", file=sys.stderr, flush=True)
        rows.append(row)
    report.goals += [goal for row in rows for goal in row.goals]
    return rows


def _import(asked: argparse.Namespace, report: Report) -> list[Any]:
    rows = [measure.row(path, asked.runs) for path in ([asked.master] if asked.quick else measure.MASTERS)]
    for row in rows:
        what = f"{row.master}, measurement beside decode and SHA-256"
        report.goals.append(Goal(what, row.ratio, measure.GOAL, at_least=False))
    return rows


def _scaling(asked: argparse.Namespace, report: Report) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        most = asked.workers or len(os.sched_getaffinity(0))
        return scaling.scaling(asked.master, Path(folder), asked.runs, most)


def _pool(asked: argparse.Namespace, folder: str) -> EncoderPool:
    return EncoderPool(workers=asked.workers, spool=Path(folder) / "spool")


def _whole(asked: argparse.Namespace, report: Report, before: dict[str, str]) -> dict[str, Any]:
    return {
        "master": asked.master.name,
        "runs": asked.runs,
        "quick": asked.quick,
        "machine": before,
        "machine at the end": machine(),
        "versions": versions(),
        "contest": [asdict(entry) for entry in ENTRIES],
        "left out": whole.left_out(),
        "sections": {name: [asdict(row) for row in rows] for name, rows in report.sections.items()},
        "goals": [asdict(goal) | {"met": goal.met} for goal in report.goals],
    }


SECTIONS: dict[str, Callable[[argparse.Namespace, Report], list[Any]]] = {
    "tracks": _tracks,
    "albums": _albums,
    "bytes": _bytes,
    "lengths": _lengths,
    "import": _import,
    "scaling": _scaling,
}

if __name__ == "__main__":
    main()
