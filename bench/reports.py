"""How long it takes to issue a month: every statement (table and PDF) and every DDEX report, from a million sale lines.

The lines are loaded in bulk, with every guard of the books on, into a shop of their own: eight rights holders of
unequal size, ten territories, orders of one to three lines, a fortieth of them refunded. Then the month is issued by
two processes, as `lathe reports issue-all` does it. Memory is that of the largest process. What the sealer takes is
timed apart: a shop seals as it sells.

    python bench/reports.py                     # a million lines on SQLite
    python bench/reports.py --lines 100000 --json
    python bench/reports.py --database postgresql://me@127.0.0.1/empty   # a database that may be filled
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import sold

LINES = 1_000_000
BOUND_S, BOUND_MB = 60.0, 500.0
"""What is promised for a million lines on two cores; time is held to it in proportion."""


def main() -> int:
    """Load, issue, show; 1 where a promise is missed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="lathe-bench-") as folder:
        _surround(Path(folder), options.database)
        figures = _measure(options.lines, options.workers)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        _show(figures)
    return 0 if all(goal["met"] for goal in figures["goals"]) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the issuing of a month.")
    parser.add_argument("--lines", type=int, default=LINES, help=f"sale lines; {LINES} by default")
    parser.add_argument("--workers", type=int, default=2, help="processes that prepare reports; 2 by default")
    parser.add_argument("--database", default="", metavar="URL", help="an empty PostgreSQL database; else SQLite")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args()


def _surround(home: Path, database: str) -> None:
    os.environ |= {
        "LATHE_HOME": str(home),
        "LATHE_SECRET_KEY": "only-for-the-bench",
        "DJANGO_SETTINGS_MODULE": "lathe.config.settings",
    }
    if database:
        os.environ["LATHE_DATABASE_URL"] = database
    else:
        os.environ.pop("LATHE_DATABASE_URL", None)


def _measure(lines: int, workers: int) -> dict[str, Any]:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    postings = sold.load(lines)
    loaded_s = time.perf_counter() - begun
    sealed_s = _sealed()
    own_mb = _peak_mb(resource.RUSAGE_SELF)
    total_s, cpu_s = _issue(workers)
    memory_mb = max(own_mb, _peak_mb(resource.RUSAGE_CHILDREN))
    goals = [
        _goal("seconds", round(total_s, 1), round(BOUND_S * max(lines / LINES, 0.1), 1)),
        _goal("memory_mb", round(memory_mb), BOUND_MB),
    ]
    return {
        "lines": lines,
        "postings": postings,
        "loaded_s": round(loaded_s, 1),
        "sealed_s": round(sealed_s, 1),
        "issued_s": round(total_s, 1),
        "processor_s": round(cpu_s, 1),
        "written_mb": _written_mb(),
        "goals": goals,
    }


def _goal(name: str, figure: float, bound: float) -> dict[str, Any]:
    return {"goal": name, "figure": figure, "bound": bound, "met": figure <= bound}


def _peak_mb(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def _sealed() -> float:
    """Seconds that the sealer took for all of it. A shop seals as it sells, so that a month's end finds little left."""
    from lathe.ledger import sealing

    begun = time.perf_counter()
    sealing.seal()
    return time.perf_counter() - begun


def _issue(workers: int) -> tuple[float, float]:
    """Seconds by the clock, and of the processors."""
    from lathe.reports import actions, queries
    from lathe.reports.rules import Month

    begun, cpu = time.perf_counter(), _processor_s()
    issued = actions.issue_all(wanted=queries.unissued(("statement", "dsr"), Month(2026, 10)), workers=workers)
    assert len(issued) == 2 * sold.PARTIES
    return time.perf_counter() - begun, _processor_s() - cpu


def _processor_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _written_mb() -> float:
    from django.db.models import Sum

    from lathe.reports.models import IssuedFile

    return round((IssuedFile.objects.aggregate(size=Sum("size_bytes"))["size"] or 0) / 1e6, 1)


def _show(figures: dict[str, Any]) -> None:
    print(f"{figures['lines']} sale lines, {figures['postings']} postings.")
    print(f"Loaded in {figures['loaded_s']} s, sealed in {figures['sealed_s']} s.")
    print(f"Issued in {figures['issued_s']} s, with {figures['processor_s']} s of the processors.")
    print(f"{figures['written_mb']} MB written.")
    for goal in figures["goals"]:
        print(f"{goal['goal']:10} {goal['figure']} of {goal['bound']}: {'yes' if goal['met'] else 'NO'}")


if __name__ == "__main__":
    sys.exit(main())
