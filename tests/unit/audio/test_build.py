"""The identity of the encoder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import lathe
from lathe.audio.build import build_id


def test_the_build_is_the_same_in_another_process() -> None:
    code = "from lathe.audio.build import build_id; print(build_id())"
    path = {"PYTHONPATH": str(Path(lathe.__file__).parents[1])}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=path)
    assert other.stdout.strip() == build_id()
    assert len(build_id()) == 24
