"""A short campaign in every run: each fault once, on a shop of two nodes under load. `make faults` wages long ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins import sampling

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 1200
SEEDS = sampling.sample("campaigns", range(6), 1)


@pytest.mark.engine("postgres")
@pytest.mark.parametrize("number", SEEDS)
def test_whatever_befalls_it_no_wrong_byte_is_sent_and_nothing_is_lost(number: int) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LATHE_")}
    command = [sys.executable, "-m", "tests.faults.campaign", "--seed", f"{sampling.seed()}-{number}"]
    environ = kept | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environ,
        check=False,
        timeout=PATIENCE_S,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")
