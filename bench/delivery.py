"""All that delivery is measured by, through HTTP on loopback: a served demo shop beside other ways to do the same.

The shop, its buyers and the programs share one machine and take turns, so that a machine that is busy for a while is so
for everybody. What is asked for was never made: after each download the shop's copy is thrown away.

    .venv/bin/python bench/delivery.py
    .venv/bin/python bench/delivery.py --quick --only first,whole
    .venv/bin/python bench/delivery.py --postgres postgresql://me@127.0.0.1/postgres --json
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import deliveries
import show
import stage
from deliveries import Asked, Row
from measured import machine, versions
from rich.console import Console
from rich.table import Table

SECTIONS: dict[str, Callable[[Asked], list[Row]]] = {
    "first": deliveries.first_bytes,
    "whole": deliveries.whole_tracks,
    "archive": deliveries.archive,
    "cached": deliveries.cached,
    "slow": deliveries.slow_clients,
    "jobs": deliveries.jobs,
}


def main() -> int:
    """Measure and print; 1 where a goal is missed."""
    # Whoever ends the benchmark early leaves no shop behind.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    asked = _arguments()
    before = machine()
    with tempfile.TemporaryDirectory(prefix="lathe-bench-") as folder:
        stage.load(Path(folder) / "shop")
        with stage.served() as shop:
            told = Asked(shop, Path(folder), asked.runs, quick=asked.quick, postgres=asked.postgres)
            rows = {name: _section(name, told) for name in SECTIONS if name in asked.only}
    goals = [row.goal for section in rows.values() for row in section]
    if asked.json:
        sections = {name: [asdict(row) | {"met": row.goal.met} for row in section] for name, section in rows.items()}
        both = {"machine": before, "machine at the end": machine(), "versions": versions()}
        print(json.dumps({"runs": asked.runs, "quick": asked.quick, **both, "sections": sections}, indent=2))
    else:
        _print(rows, {**before, **versions()})
    return int(any(goal.met is False for goal in goals))


def _section(name: str, asked: Asked) -> list[Row]:
    print(f"{name} …", file=sys.stderr, flush=True)
    return SECTIONS[name](asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Delivery through HTTP, and its goals.")
    parser.add_argument("--runs", type=int, help="runs of each, the median counts; default 5, or 1 with --quick")
    parser.add_argument("--quick", action="store_true", help="few files and few clients: is all in order?")
    parser.add_argument("--only", default=",".join(SECTIONS), help=f"sections, by commas, of {', '.join(SECTIONS)}")
    parser.add_argument("--postgres", default="", metavar="URL", help="a server whose user may create databases")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    asked.runs = asked.runs or (1 if asked.quick else 5)
    asked.only = asked.only.split(",")
    if unknown := set(asked.only) - set(SECTIONS):
        parser.error(f"There is no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}.")
    return asked


def _print(rows: dict[str, list[Row]], about: dict[str, str]) -> None:
    console = Console(width=None if sys.stdout.isatty() else show.PAGE)
    table = Table(title="What was measured")
    table.add_column("goal")
    table.add_column("figures")
    for row in (row for section in rows.values() for row in section):
        table.add_row(row.goal.what, row.figures)
    console.print(table)
    show.print_goals(console, [row.goal for section in rows.values() for row in section])
    for name, said in about.items():
        console.print(f"{name}: {said}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
