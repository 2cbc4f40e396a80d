"""`make faults`: campaigns against a shop of two nodes under load, with both job engines, for a bounded time.

FAULTS_S is the time for both together, in seconds; FAULTS_SEED draws the same plan again.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("procrastinate", "embedded")


def main() -> int:
    """Wage a campaign with each engine; return 0, or 1 where one found something."""
    seed = os.environ.get("FAULTS_SEED") or secrets.token_hex(4)
    each_s = int(os.environ.get("FAULTS_S") or "600") // len(ENGINES)
    failed = [engine for engine in ENGINES if not _holds(seed, engine, each_s)]
    print(f"FAILED: {', '.join(failed)}; again: FAULTS_SEED={seed} make faults" if failed else f"All held ({seed}).")
    return 1 if failed else 0


def _holds(seed: str, engine: str, seconds: int) -> bool:
    told = ["--seed", seed, "--engine", engine, "--seconds", str(seconds)]
    command = [sys.executable, "-m", "tests.faults.campaign", *told]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode == 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
