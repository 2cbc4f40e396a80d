"""How large the books may grow: loads sale lines in bulk, guards on, seals them, and measures what a shop feels.

Posting a settlement is timed commit included, beside a bare fsync in the same run; balances are those of the busiest
account, at days all over the years loaded. Figures of a busy machine are those of a busy machine.

    python bench/ledger.py --lines 100000                                             # SQLite
    python bench/ledger.py --lines 100000 --postgres postgresql://me@127.0.0.1/postgres   # who may create databases
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

PROMISED = {"posting_p50_ms": 2.0, "balance_worst_ms": 20.0}
"""What the shop promises: a posting beside its fsync, and any balance at any day."""
POSTINGS, BALANCES, FSYNCS = 300, 200, 100
AT_ONCE = 2000
"""Orders to one database transaction while loading: what bounds the memory."""
PARTIES, YEARS = 200, 3
BEGIN = datetime(2023, 1, 1, tzinfo=UTC)


def main() -> int:
    """Load and measure in a process of its own; 1 where a figure misses what is promised."""
    options = _options()
    if options.measure:
        return _measure(options.lines)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LATHE_")}
    with tempfile.TemporaryDirectory(prefix="lathe-bench-", dir=options.folder) as home, _database(options) as url:
        environ = kept | {"LATHE_HOME": home, "DJANGO_SETTINGS_MODULE": "lathe.config.settings"}
        environ |= {"LATHE_DATABASE_URL": url} if url else {}
        command = [sys.executable, __file__, "--measure", "--lines", str(options.lines)]
        done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    figures = json.loads(done.stdout)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            promise = f"   promised: at most {PROMISED[name]}" if name in PROMISED else ""
            print(f"{name:28} {value}{promise}")
    return 0 if all(figures[name] <= most for name, most in PROMISED.items()) and figures["sound"] else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the books.")
    parser.add_argument("--lines", type=int, default=100_000, help="sale lines to load (default: 100000)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--postgres", default="", metavar="URL", help="a server whose user may create databases")
    parser.add_argument("--folder", default=None, metavar="DIR", help="where SQLite's database goes meanwhile")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def _database(options: argparse.Namespace) -> Iterator[str]:
    if not options.postgres:
        yield ""
        return
    name = f"lathe_bench_{secrets.token_hex(4)}"
    with psycopg.connect(options.postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{options.postgres.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _measure(lines: int) -> int:
    """Fill a fresh database and print the figures as JSON. Steps that read the whole books come last, as `_steps`."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    figures: dict[str, Any] = {"lines": lines}
    for name, step in _steps(lines):
        begun = time.monotonic()
        figures |= step()
        figures[f"{name}_s"] = round(time.monotonic() - begun, 2)
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print(json.dumps(figures))
    return 0


def _steps(lines: int) -> Sequence[tuple[str, Callable[[], dict[str, Any]]]]:
    """What is done, in order. Statements and sales reports are measured here too, by a step each after `balance`."""
    return (
        ("load", lambda: _load(lines)),
        ("seal", _seal),
        ("posting", _post),
        ("balance", _balance),
        ("check", _check),
    )


def _load(lines: int) -> dict[str, Any]:
    """Write orders of one to five lines, through the entries and digests of a real sale, past the ORM alone."""
    from loading import Loader

    loader = Loader(random.Random(1888), BEGIN, timedelta(days=365 * YEARS), PARTIES)  # noqa: S311 - not a secret
    loader.open_accounts()
    while loader.lines < lines:
        loader.write(AT_ONCE, lines)
    loader.analyze()
    return {"orders": loader.orders, "postings": loader.postings}


def _seal() -> dict[str, Any]:
    from lathe.ledger import sealing

    begun = time.monotonic()
    sealed = sealing.seal()
    return {"sealed_per_s": round(sealed / (time.monotonic() - begun))}


def _post() -> dict[str, Any]:
    """Post settlements of four lines one by one, each committed, and write as many bare blocks to the same disk."""
    from loading import sale

    from lathe.ledger import actions

    chance = random.Random(4711)  # noqa: S311 - not a secret
    took_ms: list[float] = []
    used_ms: list[float] = []
    for number in range(POSTINGS):
        entries = sale(chance, [UUID(int=party) for party in range(PARTIES)], 4)
        begun, used = time.monotonic(), time.process_time()
        at = BEGIN + timedelta(days=365 * YEARS, seconds=number)
        actions.post(key=f"bench:{number}", kind="sale", subject="", occurred_at=at, entries=entries)
        took_ms.append((time.monotonic() - begun) * 1000)
        used_ms.append((time.process_time() - used) * 1000)
    return {
        "posting_processor_p50_ms": round(statistics.median(used_ms), 2),
        "posting_p50_ms": round(statistics.median(took_ms), 2),
        "posting_p95_ms": round(sorted(took_ms)[int(len(took_ms) * 0.95)], 2),
        "fsync_p50_ms": round(statistics.median(_fsyncs_ms()), 2),
    }


def _fsyncs_ms() -> list[float]:
    """What the disk alone takes for a commit: append a page and have it written."""
    from django.conf import settings

    took_ms = []
    with (Path(settings.LATHE_HOME) / "fsync").open("ab", buffering=0) as file:
        for _ in range(FSYNCS):
            begun = time.monotonic()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            took_ms.append((time.monotonic() - begun) * 1000)
    return took_ms


def _balance() -> dict[str, Any]:
    """Ask for the balances of the busiest account and of parties, at moments all over the years."""
    from lathe.ledger import accounts, queries

    chance = random.Random(42)  # noqa: S311 - not a secret
    took_ms: list[float] = []
    for number in range(BALANCES):
        code = accounts.margin() if number % 2 else accounts.payable(UUID(int=chance.randrange(PARTIES)))
        day = BEGIN + timedelta(days=chance.randrange(365 * YEARS))
        begun = time.monotonic()
        queries.balance(code, "EUR", None if number % 10 == 0 else day)
        took_ms.append((time.monotonic() - begun) * 1000)
    return {"balance_p50_ms": round(statistics.median(took_ms), 2), "balance_worst_ms": round(max(took_ms), 2)}


def _check() -> dict[str, Any]:
    from lathe.ledger import checks, sealing

    sealing.seal()
    report = checks.check()
    return {"sound": report.is_sound, "findings": [one.sentence for one in report.findings[:5]]}


if __name__ == "__main__":
    sys.exit(main())
