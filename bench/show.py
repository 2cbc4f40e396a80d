"""The measurements as tables for people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import first_byte
import lengths
import measure
import scaling
import whole
from measured import Goal
from rich.console import Console
from rich.table import Table

PAGE = 120
"""Characters a line where nobody looks on."""


def report(
    sections: dict[str, list[Any]], goals: Sequence[Goal], versions: dict[str, str], left_out: Sequence[str]
) -> None:
    """Print every section, the goals, and the versions of all that took part."""
    console = Console(width=None if sys.stdout.isatty() else PAGE)
    for name, rows in sections.items():
        SECTIONS[name](console, rows)
    for text in left_out:
        console.print(f"{text}: left out, because this build does not make it.")
    print_goals(console, goals)
    for name, said in versions.items():
        console.print(f"{name}: {said}", highlight=False)


def _table(title: str, left: Sequence[str], right: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(title=title)
    for heading in left:
        table.add_column(heading)
    for heading in right:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _contest(title: str) -> Callable[[Console, list[whole.Row]], None]:
    def show(console: Console, rows: list[whole.Row]) -> None:
        headings = ("parts", "median", "fastest", "lathe is faster", "processor", "bytes")
        lines = [line for row in rows for line in _lines(row)]
        console.print(_table(title, ("format", "maker"), headings, lines))

    return show


def _lines(row: whole.Row) -> Iterable[Sequence[str]]:
    for taken in (row.ours, *row.peers):
        first = taken is row.ours
        yield (
            row.format if first else "",
            taken.maker,
            str(row.parts or 1) if first else "",
            f"{taken.median_s:.3f}",
            f"{taken.best_s:.3f}",
            "" if first else f"{taken.median_s / row.ours.median_s:.2f} ×",
            f"{taken.processor_s:.2f}",
            str(taken.size_bytes),
        )


def _bytes(console: Console, rows: list[first_byte.Row]) -> None:
    headings = ("first", "64 KiB", "whole", "ffmpeg first", "64 KiB", "whole")
    lines = [(row.format, row.delivery_class, *_times(row.ours), *_times(row.ffmpeg)) for row in rows]
    console.print(_table("First bytes, in milliseconds", ("format", "class"), headings, lines))


def _times(times: first_byte.Times | None) -> list[str]:
    if times is None:
        return ["not installed", "", ""]
    return ["–" if value is None else f"{value * 1000:.1f}" for value in (times.first_s, times.kib64_s, times.whole_s)]


def _lengths(console: Console, rows: list[lengths.Row]) -> None:
    headings = ("short, s", "long, s", "processor time a second", "memory of a worker, MB")
    lines = [
        (row.master, row.format, f"{row.short_s:.2f}", f"{row.long_s:.2f}", f"{row.growth:.2f} ×", f"{row.peak_mb:.0f}")
        for row in rows
    ]
    console.print(_table("Long and fine masters", ("master", "format"), headings, lines))


def _import(console: Console, rows: list[measure.Row]) -> None:
    headings = ("length, s", "decode + SHA-256, s", "measurement, s", "ratio")
    lines = [
        (row.master, f"{row.duration_s:.0f}", f"{row.decode_sha256_s:.3f}", f"{row.survey_s:.3f}", f"{row.ratio:.2f}")
        for row in rows
    ]
    console.print(_table("Measurement at import, processor seconds", ("master",), headings, lines))


def _scaling(console: Console, rows: list[scaling.Row]) -> None:
    console.print("Times as fast as one worker")
    for line in scaling.chart(rows):
        console.print(line, highlight=False)
    lines = [(row.format, str(row.parts), f"{row.serial_share:.0%}", f"{row.projected:.1f} ×") for row in rows]
    headings = ("parts", "does not divide", f"model for {scaling.PROJECTED} cores")
    console.print(_table("A model, not a measurement: Amdahl's, fitted to the above", ("format",), headings, lines))


def print_goals(console: Console, goals: Sequence[Goal]) -> None:
    """Print each goal with its figure and whether it is met."""
    lines = [
        (
            goal.what,
            "not measured" if goal.figure is None else f"{goal.figure:.3g} {goal.unit}",
            f"{'≥' if goal.at_least else '≤'} {goal.bound:g} {goal.unit}",
            {True: "yes", False: "NO", None: "–"}[goal.met],
        )
        for goal in goals
    ]
    console.print(_table("Goals", ("goal",), ("figure", "bound", "met"), lines))


SECTIONS: dict[str, Callable[[Console, list[Any]], None]] = {
    "tracks": _contest("A track, in seconds"),
    "albums": _contest("An album: ours side by side, the program one track after the other; in seconds"),
    "bytes": _bytes,
    "lengths": _lengths,
    "import": _import,
    "scaling": _scaling,
}
