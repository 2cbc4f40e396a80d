"""`make fuzz`: the coverage-guided fuzzer on every reader of strangers' bytes, one after the other, for a bounded time.

FUZZ_S is the time for all of them together, in seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.fuzzing.targets import TARGETS  # noqa: E402 - it is found through the path set above

PATIENCE_S = 120
"""For a target's start and its last input, beyond its share of the time."""


def main() -> int:
    """Run every target; return 0, or 1 where one gave way or nothing could be run."""
    if find_spec("atheris") is None:
        print("Skipped: the Python package atheris is not installed. It has wheels for Linux on x86-64 alone.")
        return 1
    each_s = max(1, int(os.environ.get("FUZZ_S") or "60") // len(TARGETS))
    failed = [name for name in TARGETS if not _holds(name, each_s)]
    print(f"FAILED: {', '.join(failed)}" if failed else f"All {len(TARGETS)} targets held, {each_s} s each.")
    return 1 if failed else 0


def _holds(name: str, seconds: int) -> bool:
    command = [sys.executable, "-m", "tests.fuzzing.run", name, str(seconds)]
    try:
        return subprocess.run(command, cwd=ROOT, check=False, timeout=seconds + PATIENCE_S).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"{name} did not end {PATIENCE_S} s after its time.")
        return False


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
