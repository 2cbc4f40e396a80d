"""The command line teaches: every command has help with an example, and every mistake gets a sentence and a code."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from lathe.cli import main
from lathe.cli.commands import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches_by_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert re.search(rf"Examples?:\n\s+.*lathe .*{name}", said)
    assert "Usage: lathe" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    command: click.Command = import_module(COMMANDS[name]).command
    inner = list(command.commands.values()) if isinstance(command, click.Group) else []
    for one in (command, *inner):
        assert all(option.help for option in one.params if isinstance(option, click.Option))


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {name}" in said for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["import"],
        ["import", "x", "--label", "L" * 201],
        ["import", "x", "--label", "two\nlines"],
        ["import", "x", "--price", "cheap"],
        ["import", "x", "--share", "200%"],
        ["import", "x", "--floor", "0.49EUR"],
        ["import", "x", "--grant", "mandate.txt"],
        ["import", "x", "--label", "L", "--signed-by", "Somebody"],
        ["serve", "--port", "99999"],
        ["credit", "a@example.org", "ten", "--reason", "x"],
        ["init", "--country", "Germany"],
    ],
)
def test_what_is_asked_wrongly_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(arguments) == main.MISUSED
    assert "Error: " in capsys.readouterr().err


def test_a_failure_that_was_foreseen_is_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main.run(["restore", str(tmp_path / "nothing.tar")]) == main.FAILED
    said = capsys.readouterr().err
    assert said.startswith("lathe: There is no backup")
    assert "Traceback" not in said


def test_a_failure_that_was_not_foreseen_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_format: str) -> None:
        raise RuntimeError("out of shellac")

    monkeypatch.setattr("lathe.audio.formats.parse", broken)
    assert main.run(["encode", "in.flac", "--to", "flac", "-o", "out.flac"]) == main.FAILED
    said = capsys.readouterr().err
    assert "out of shellac" in said
    assert "Traceback" not in said
    kept = re.search(r"details are in (\S+\.txt)", said)
    assert kept is not None
    report = Path(kept[1])
    assert "Traceback" in report.read_text(encoding="utf-8")
    report.unlink()


def test_an_interruption_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_format: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lathe.audio.formats.parse", interrupted)
    assert main.run(["encode", "in.flac", "--to", "flac", "-o", "out.flac"]) == main.INTERRUPTED
    assert capsys.readouterr().err.strip() == "Interrupted."
