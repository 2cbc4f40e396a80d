"""The command `lathe`: finds the command asked for, and turns every failure into a sentence and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

import lathe
from lathe.basics.errors import LatheError
from lathe.cli.commands import COMMANDS

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
INSIST_S = 0.3
"""How long after it was told to end a command that does not leave is told so again."""


class Commands(click.Group):
    """A group that loads a command's module only when it is wanted, so that `lathe` starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(lathe.__version__, prog_name="lathe")
@click.option("--home", metavar="DIR", help="The shop's data folder. Default: $LATHE_HOME, else .lathe here.")
def group(home: str | None) -> None:
    """Run a shop for music downloads: any format, any bitrate, cut to order.

    \b
    To look around:        lathe demo
    To open a shop:        lathe init, then lathe import MUSIC, then lathe serve
    When something is off: lathe doctor

    Each command has its own help: lathe import --help
    """
    if home:
        os.environ["LATHE_HOME"] = str(Path(home).expanduser().resolve())


def main() -> NoReturn:
    """Run the command line. Exit codes: 0 done, 1 failed or something refused, 2 asked wrongly, 130 interrupted,
    143 told to end.
    """
    for number, answer in ((signal.SIGTERM, _end), (signal.SIGHUP, _hang_up)):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, answer)
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave by the way of an exception, so that half-made files are cleared away.

    A library that calls Python from C may drop the exception; so the command is asked again until it leaves.
    """
    signal.signal(signal.SIGALRM, lambda *_: None if _is_leaving() else sys.exit(128 + number))
    signal.setitimer(signal.ITIMER_REAL, INSIST_S, INSIST_S)
    sys.exit(128 + number)


def _is_leaving() -> bool:
    """Whether what runs now clears away on the way out, which nothing must cut short."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, SystemExit):
        error = error.__context__
    return error is not None


def _hang_up(_number: int, _frame: FrameType | None) -> None:
    """Take a closed terminal for being told to end, which `serve` and `worker` answer in ways of their own."""
    signal.raise_signal(signal.SIGTERM)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. No traceback reaches the user."""
    try:
        return int(group.main(arguments, prog_name="lathe", standalone_mode=False) or 0)
    except click.ClickException as misuse:
        misuse.show()
        return misuse.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; what Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as failure:
        click.echo(f"lathe: {_told(failure)}", err=True)
        return FAILED


def _told(failure: Exception) -> str:
    """What to say of a failure; the traceback of one that nobody foresaw goes to a file."""
    if isinstance(failure, LatheError):
        return str(failure)
    if isinstance(failure, OSError) and failure.strerror:
        return f"{failure.strerror}: {failure.filename}" if failure.filename else failure.strerror
    descriptor, name = tempfile.mkstemp(prefix="lathe-failure-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        traceback.print_exception(failure, file=file)
    reason = f"{type(failure).__name__}: {failure}".strip().partition("\n")[0]
    return f"This failed in a way that was not foreseen ({reason}). The details are in {name}; `lathe doctor` may help."


if __name__ == "__main__":
    main()
