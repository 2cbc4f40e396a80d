"""The contracts in pyproject.toml hold, and a planted violation is caught and named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and of the contracts, to plant violations in."""
    shutil.copytree(ROOT / "src" / "lathe", tmp_path / "lathe", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    environ = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    command = [LINTER, "--no-logo", "--no-cache", *chosen]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


def plant(folder: Path, module: str, line: str) -> None:
    """Add a line to a module of the copy; make the module, and the packages above it, where there are none."""
    path = folder / Path(*module.split(".")).with_suffix(".py")
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def test_the_package_keeps_every_contract(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("contract", "module", "line", "complaint"),
    [
        ("layers", "lathe.rights.rules", "import lathe.sales", "lathe.rights is not allowed to import lathe.sales"),
        ("layers", "lathe.web.planted", "import lathe.cli", "lathe.web is not allowed to import lathe.cli"),
        ("layers", "lathe.planted", "", "lathe.planted"),
        ("pure", "lathe.rights.rules", "import django", "lathe.rights.rules is not allowed to import django"),
        ("pure", "lathe.audio.planted", "import lathe.objects.planted", "lathe.audio is not allowed to import obstore"),
        ("rules", "lathe.sales.rules", "import random", "lathe.sales.rules is not allowed to import random"),
        ("codecs", "lathe.audio.codecs.flac", "import lathe.audio.codecs.mp3", "lathe.audio.codecs.flac"),
        (
            "providers",
            "lathe.payments.providers.planted",
            "import lathe.payments.providers.second",
            "providers.planted",
        ),
        ("engines", "lathe.jobs.engines.embedded", "import lathe.jobs.engines.procrastinate", "engines.embedded"),
        ("cycles", "lathe.basics.errors", "import lathe.basics.money", "lathe.basics"),
    ],
)
def test_a_planted_violation_is_caught_and_named(
    copy: Path, contract: str, module: str, line: str, complaint: str
) -> None:
    plant(copy, "lathe.objects.planted", "import obstore")
    plant(copy, "lathe.payments.providers.second", "")
    plant(copy, module, line)
    done = lint(copy, contract)
    assert done.returncode == 1, done.stdout
    assert complaint in done.stdout
