"""Lint, format, types and layers: run all four, print what they say where they complain, and fail if one does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
CHECKS = {
    "lint": ["ruff", "check", "--quiet"],
    "format": ["ruff", "format", "--check", "--quiet"],
    "types": ["mypy", "--no-error-summary"],
    "layers": ["lint-imports", "--no-logo"],
}


def run_all() -> list[str]:
    """Run every check and return the names of those that failed."""
    return [name for name, command in CHECKS.items() if not _passes(name, command)]


def _passes(name: str, command: list[str]) -> bool:
    """Run one check from the checkout, with settings that leave no data folder behind."""
    begun = time.monotonic()
    environ = os.environ | {
        "LATHE_SECRET_KEY": "only-for-checks",
        "PYTHONPATH": str(ROOT / "src"),
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    done = subprocess.run(
        [PROGRAMS / command[0], *command[1:]], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    passed = done.returncode == 0
    print(f"{'ok  ' if passed else 'FAIL'} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(1 if run_all() else 0)
