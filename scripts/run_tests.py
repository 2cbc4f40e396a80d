"""`make test`: the checks, then the tests on SQLite, then those that use a database once more on PostgreSQL.

Nothing is left out because something before it failed. The end names every check that was skipped and what it lacked.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import check  # noqa: E402 - it lies beside this file
from tests.plugins import sampling, skips  # noqa: E402 - it is found through the path set above

ON_BOTH_ENGINES = ("tests/db", "tests/journeys", "tests/faults", "tests/contracts/test_every_job_engine.py")
BYTES_ALONE = ("every_format_arrives", "seeks", "takes_it_all", "program_downloads", "who_sends_files")
"""Journeys about bytes, which ask no database much: on PostgreSQL they are left to the full run."""
_MEANINGS = {
    1: "tests failed",
    2: "interrupted",
    3: "pytest itself failed",
    4: "pytest was called wrongly",
    5: "no test was found",
}


def main() -> int:
    """Run everything and return the exit status: 0, or 1 where anything failed or was skipped against orders."""
    begun = time.monotonic()
    failures = [f"check: {name}" for name in check.run_all()]
    with tempfile.TemporaryDirectory(prefix="lathe-report-") as folder:
        reports = {engine: Path(folder) / f"{engine}.json" for engine in ("sqlite", "postgres")}
        failures += _run("sqlite", ["tests"], reports["sqlite"])
        failures += _run("postgres", _folders_with_tests(), reports["postgres"])
        skipped = [skip for path in reports.values() if path.exists() for skip in skips.read(path)]
    if skipped and skips.are_refused():
        failures.append("checks were skipped, and LATHE_TEST_NO_SKIPS forbids it")
    print()
    for line in skips.describe(skipped):
        print(line)
    print(f"{'FAILED: ' + '; '.join(failures) if failures else 'All passed'} ({time.monotonic() - begun:.0f} s)")
    return 1 if failures else 0


def _run(engine: str, folders: list[str], report: Path) -> list[str]:
    """Run pytest once on one engine; return what failed, in words."""
    if not folders:
        return []
    print(f"\nTests on {engine}", flush=True)
    # One more than there are cores: a third of the time a test waits for a server, a browser or a clock.
    workers = os.environ.get("LATHE_TEST_WORKERS") or str((os.cpu_count() or 1) + 1)
    left_out = (
        [f"--ignore-glob=*{name}.py" for name in BYTES_ALONE] if engine == "postgres" and not sampling.is_full() else []
    )
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "--dist", "worksteal", *left_out, *folders]
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environ = kept | {"LATHE_TEST_ENGINE": engine, "LATHE_TEST_REPORT": str(report)}
    status = subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
    return [f"{engine}: {_MEANINGS.get(status, f'exit status {status}')}"] if status else []


def _folders_with_tests() -> list[str]:
    paths = {name: ROOT / name for name in ON_BOTH_ENGINES}
    return [name for name, path in paths.items() if path.is_file() or any(path.rglob("test_*.py"))]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
