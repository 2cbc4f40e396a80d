"""What the papers say is so: links lead somewhere, named code exists, commands are commands."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import click
import pytest

from lathe.cli.main import group

ROOT = Path(__file__).resolve().parent.parent.parent
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "demo" / "README.md"])
ROOMS = {path.name for path in (ROOT / "src" / "lathe").iterdir() if path.is_dir()}
_NAME = re.compile(r"`((?:[a-z_]+\.)+[A-Za-z_]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_COMMAND = re.compile(r"^\s*(?:[A-Z_]+=\S+ )*(?:\S*/)?lathe (?:--home \S+ )?([a-z]+)\b", re.MULTILINE)


def by_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("paper", PAPERS, ids=by_name)
def test_every_link_leads_to_a_file(paper: Path) -> None:
    links = [link for link in _LINK.findall(paper.read_text(encoding="utf-8")) if "://" not in link]
    missing = [link for link in links if not (paper.parent / link).exists()]
    assert not missing


def test_the_sale_is_traced_by_code_that_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = [name for name in _NAME.findall(text) if name.split(".")[0] in ROOMS and not name.endswith(".py")]
    assert len(named) > 25
    assert [name for name in named if not _exists(name)] == []


def _exists(name: str) -> bool:
    parts = ["lathe", *name.split(".")]
    for length in range(len(parts), 1, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            found = getattr(found, attribute, None)
        return found is not None
    return False


@pytest.mark.parametrize("paper", PAPERS, ids=by_name)
def test_every_command_named_in_an_example_is_one(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    examples = re.findall(r"```(?:sh)?\n(.*?)```", text, re.DOTALL) + re.findall(r"^ {4}(\S.*)$", text, re.MULTILINE)
    named = {name for example in examples for name in _COMMAND.findall(example)}
    assert named <= set(group.list_commands(click.Context(group)))


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 100
