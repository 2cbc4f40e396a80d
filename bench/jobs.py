"""How soon a job is taken up, and that of a killed worker taken up again, by each engine on each database.

A worker in a process of its own does jobs that only note when they began; this process asks for them at random moments
and compares, by the monotonic clock that both share. For the recovery the worker is killed with -9 in the middle of a
job while a second one stands by. Figures of a busy machine are those of a busy machine.

    python bench/jobs.py                                              # SQLite alone
    python bench/jobs.py --postgres postgresql://me@127.0.0.1/postgres   # a server whose user may create databases
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

JOBS, KILLS, PATIENCE_S = 100, 5, 60.0
RUNS = (("embedded", "sqlite"), ("embedded", "postgresql"), ("procrastinate", "postgresql"))
PICKED_UP, RECOVERED = 0.3, 5.0
"""What the shop promises of the embedded engine, in seconds; procrastinate shall take a job up within 0.1."""
PROMISED = {"embedded": PICKED_UP, "procrastinate": 0.1}


def main() -> int:
    """Measure each engine in processes of its own, show the figures; 1 where one misses what is promised."""
    options = _options()
    if options.work:
        return _work(Path(options.work))
    if options.measure:
        return _measure()
    runs = [run for run in RUNS if run[1] == "sqlite" or options.postgres]
    figures = [_run(engine, database, options.postgres) for engine, database in runs]
    if options.json:
        print(json.dumps({"jobs": JOBS, "kills": KILLS, "engines": figures}, indent=2))
    else:
        for figure in figures:
            print(_line(figure))
    return 0 if all(_is_kept(figure) for figure in figures) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the job engines.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--postgres", default="", metavar="URL", help="a server whose user may create databases")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _line(figure: dict[str, object]) -> str:
    return (
        f"{figure['engine']:14} {figure['database']:11} pick-up p50 {figure['pick_up_p50_ms']:>6} ms, "
        f"p95 {figure['pick_up_p95_ms']:>6} ms; after kill -9 within {figure['recovered_worst_s']} s; "
        f"{figure['jobs_per_s']} jobs/s; idle {figure['idle_cpu_percent']} % of a core"
    )


def _is_kept(figure: dict[str, object]) -> bool:
    picked_up, recovered = float(str(figure["pick_up_p95_ms"])), float(str(figure["recovered_worst_s"]))
    return picked_up <= PROMISED[str(figure["engine"])] * 1000 and recovered <= RECOVERED


def _run(engine: str, database: str, server: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="lathe-bench-") as home, _database(database, server) as url:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LATHE_")}
        environ = kept | {"LATHE_HOME": home, "LATHE_JOBS": engine, "DJANGO_SETTINGS_MODULE": "lathe.config.settings"}
        command = [sys.executable, __file__, "--measure"]
        environ |= {"LATHE_DATABASE_URL": url} if url else {}
        done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)
    return {"engine": engine, "database": database, **json.loads(done.stdout)}


@contextmanager
def _database(kind: str, server: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
        return
    name = f"lathe_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _measure() -> int:
    """Fill a fresh database, start workers, and print the figures as JSON."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    bench = _Bench(Path(settings.LATHE_HOME))
    with bench.worker() as worker:
        bench.warm_up()
        idle = bench.idle_cpu_percent(worker.pid)
        waits_ms = sorted(bench.pick_up_s() * 1000 for _ in range(JOBS))
        rate = bench.jobs_per_s(400)
    recovered_s = [bench.recovery_s() for _ in range(KILLS)]
    figures = {
        "pick_up_p50_ms": round(statistics.median(waits_ms), 1),
        "pick_up_p95_ms": round(waits_ms[int(len(waits_ms) * 0.95)], 1),
        "recovered_s": [round(value, 2) for value in recovered_s],
        "recovered_worst_s": round(max(recovered_s), 2),
        "jobs_per_s": round(rate),
        "idle_cpu_percent": round(idle, 2),
    }
    print(json.dumps(figures))
    return 0


class _Bench:
    """Asks for jobs and reads when they began."""

    def __init__(self, home: Path) -> None:
        self._home, self._number = home, 0
        _register(home)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen([sys.executable, __file__, "--work", str(self._home)])
        try:
            yield process
        finally:
            process.terminate()
            process.wait()

    def warm_up(self) -> None:
        key = self._asked("bench.note")
        _until((self._home / key).exists)

    def pick_up_s(self) -> float:
        time.sleep(random.uniform(0.05, 0.35))  # noqa: S311 - moments, not secrets
        key = self._asked("bench.note")
        asked = time.monotonic()
        return max(0.0, self._began(key) - asked)

    def jobs_per_s(self, count: int) -> float:
        from django.db import transaction

        with transaction.atomic():
            keys = [self._asked("bench.note") for _ in range(count)]
        begun = time.monotonic()
        _until((self._home / keys[-1]).exists)
        return count / (time.monotonic() - begun)

    def recovery_s(self) -> float:
        """Kill a worker in the middle of a job; how long until another one begins it."""
        from lathe.jobs import actions

        with self.worker() as first:
            key = self._asked("bench.hold")
            self._began(key)
            with self.worker():
                self._began(self._asked("bench.note"))  # by the second: the first is at its one job
                (self._home / key).unlink()
                time.sleep(random.uniform(0.0, 1.0))  # noqa: S311 - moments, not secrets
                first.send_signal(signal.SIGKILL)
                killed = time.monotonic()
                taken_s = self._began(key) - killed
        actions.drop(kind="bench.hold", key=key)
        return taken_s

    def idle_cpu_percent(self, pid: int) -> float:
        before = _cpu_s(pid)
        time.sleep(5)
        return (_cpu_s(pid) - before) / 5 * 100

    def _asked(self, kind: str) -> str:
        from lathe.jobs import actions

        self._number += 1
        key = f"{kind}-{self._number}-{secrets.token_hex(3)}"
        actions.enqueue(kind=kind, key=key)
        return key

    def _began(self, key: str) -> float:
        path = self._home / key
        _until(path.exists)
        return float(path.read_text(encoding="ascii"))


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("A job was not taken up.")
        time.sleep(0.001)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _work(home: Path) -> int:
    """Be a worker until SIGTERM."""
    import django

    django.setup()
    _register(home)
    from lathe.jobs import runner

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    runner.work_until(stop, grace_s=0.1)
    return 0


def _register(home: Path) -> None:
    from lathe.jobs import registry
    from lathe.jobs.registry import Kind

    def note(key: str) -> None:
        draft = home / f".{key}.{os.getpid()}"
        draft.write_text(str(time.monotonic()), encoding="ascii")
        draft.rename(home / key)

    def hold(key: str) -> None:
        note(key)
        time.sleep(PATIENCE_S)

    registry.register(Kind("bench.note", note, priority=20))
    registry.register(Kind("bench.hold", hold))


if __name__ == "__main__":
    sys.exit(main())
