"""The bench runs, and what it says adds up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins import sampling

BENCH = Path(__file__).resolve().parents[2] / "bench"
PATIENCE_S = 300


def test_a_quick_run_measures_and_judges() -> None:
    command = [sys.executable, BENCH / "encode.py", "--quick", "--workers", "2", "--only", "import,scaling", "--json"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    found = json.loads(said.stdout)
    assert set(found["sections"]) == {"import", "scaling"}
    for row in found["sections"]["scaling"]:
        assert len(row["seconds"]) == 2
        assert 0 <= row["serial_share"] <= 1
        assert 1 <= row["projected"] <= max(1, min(16, row["parts"])) * (1 + 1e-9)
    [goal] = found["goals"]
    assert goal["met"] == (goal["figure"] <= goal["bound"])
    assert found["versions"]["av"] == "18.1.0"
    assert {entry["format"] for entry in found["contest"]} >= {"flac:level=8", "mp3:vbr=0", "aac:256"}


def test_an_unknown_section_is_refused_by_name() -> None:
    said = subprocess.run(
        [sys.executable, BENCH / "encode.py", "--only", "speed"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 2
    assert "There is no section speed; there are tracks, albums" in said.stderr


@pytest.mark.parametrize(
    ("serial_s", "divided_s"), [(0.0, 8.0), (1.0, 7.0), (3.0, 0.0)], ids=["all", "most", "nothing"]
)
def test_the_model_finds_the_share_that_does_not_divide(
    serial_s: float, divided_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    import scaling

    times = [serial_s + divided_s / workers for workers in (1, 2, 3, 4)]
    assert scaling.fitted(times) == pytest.approx((serial_s, divided_s))
    assert scaling.fitted(times[:1]) == (times[0], 0.0)


BOOKS = ["reports.py", "ledger.py"] if sampling.is_full() else ["reports.py"]


@pytest.mark.parametrize("bench", BOOKS)
def test_sales_are_loaded_in_bulk_and_measured(bench: str) -> None:
    """How long things took is not asked here: it fails where the tables are no longer those that it fills."""
    lines = 600
    command = [sys.executable, BENCH / bench, "--lines", str(lines), "--json"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert said.stdout, said.stderr
    found = json.loads(said.stdout)
    assert found["lines"] == lines
    assert found["postings"] > 3 * lines
    assert found.get("sound", True)
    assert found.get("written_mb", 1) > 0
