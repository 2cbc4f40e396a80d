"""The report at the end of the tests names each skipped check, what it lacked, and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins import programs
from tests.plugins.skips import Skip, describe

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = """
import pytest
from tests.plugins import programs
pytest_plugins = ["tests.plugins.programs", "tests.plugins.skips"]
programs.packages = lambda: {"no-such-program": "no-such-package"}
"""
TESTS = """
import pytest

@pytest.mark.needs_program("no-such-program")
def test_wants_a_program():
    assert False

def test_wants_nothing():
    pass
"""


def run_pytest(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the two tests above in a process of its own, with the plugins and without Django."""
    (folder / "conftest.py").write_text(PLUGIN)
    (folder / "test_planted.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = needs_program\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LATHE_", "DJANGO_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(
        command, cwd=folder, env=kept | {"PYTHONPATH": str(ROOT)} | environ, capture_output=True, text=True, check=False
    )


def test_a_check_without_its_program_is_skipped_and_named(tmp_path: Path) -> None:
    done = run_pytest(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "program missing: no-such-program (package no-such-package)" in done.stdout
    assert "test_planted.py::test_wants_a_program on sqlite" in done.stdout
    assert "make test-tools" in done.stdout


def test_where_nothing_may_be_skipped_a_skip_fails_the_run(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, LATHE_TEST_NO_SKIPS="1").returncode == 1


def test_the_skips_are_written_down_for_a_common_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run_pytest(tmp_path, LATHE_TEST_REPORT=str(report))
    assert [entry["reason"] for entry in json.loads(report.read_text())] == ["needs the program no-such-program"]


def test_cases_of_one_check_are_counted_on_one_line() -> None:
    skips = [Skip(f"tests/x.py::test_y[{case}]", "sqlite", programs.reason(["flac"])) for case in range(3)]
    lines = describe(skips)
    assert lines[0] == "Skipped checks: 3"
    assert "    tests/x.py::test_y on sqlite (3 cases)" in lines


def test_another_reason_is_told_in_its_own_words() -> None:
    lines = describe([Skip("tests/x.py::test_y", "postgres", "there is no fork here")])
    assert lines == ["Skipped checks: 1", "  there is no fork here", "    tests/x.py::test_y on postgres"]


def test_a_run_without_skips_says_so() -> None:
    assert describe([]) == ["No check was skipped."]


def test_an_unlisted_program_is_an_error() -> None:
    with pytest.raises(programs.UnknownProgramError, match="programs.txt"):
        programs.path("no-such-program")
