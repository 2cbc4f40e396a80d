"""A short run of the coverage-guided fuzzer over each target; `make fuzz` runs them for longer."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzzing.targets import TARGETS
from tests.plugins.sampling import sample

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 3
APART = ("sh", "-c", '"$@"; exit $?', "sh")
"""Runs a program as the child of a small process: a program that a large one starts is told that it was as large."""


@pytest.mark.skipif(find_spec("atheris") is None, reason="needs the Python package atheris")
@pytest.mark.parametrize("name", sample("fuzz targets", list(TARGETS), 2))
def test_a_few_seconds_find_nothing(name: str) -> None:
    done = subprocess.run(
        [*APART, sys.executable, "-m", "tests.fuzzing.run", name, str(SECONDS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
