"""What a command shows: sentences on standard output, bars on standard error, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from lathe.audio.tags import clean

_NAME_WIDTH = 44


def say(text: str = "", *, bold: bool = False) -> None:
    """Print a line. Names from outside may hold control characters, which a terminal would obey; they become blanks."""
    click.echo(click.style(clean(text), bold=True) if bold else clean(text))


def warn(text: str) -> None:
    """Print a line on standard error."""
    click.echo(clean(text), err=True)


def size(count: int) -> str:
    """Bytes as people read them: 16.4 kB, 5.2 MB."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.1f} kB"


def show_json(value: Any) -> None:
    """Print one JSON document, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    click.echo(text.encode("utf-8", "replace").decode("utf-8"))


class Bars:
    """A bar for the whole, and one for each file at work."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = Lock()
        self._tasks: dict[str, TaskID] = {}
        self._whole: TaskID | None = None
        self._left: set[str] = set()

    def begin(self, names: list[str]) -> None:
        """Say what there is to do."""
        self._left = set(names)
        self._whole = self._progress.add_task("Files", total=len(names))

    def advance(self, name: str, share: float) -> None:
        """Move a file's bar to `share`, 0 to 1; a file that is done leaves. May be called from any thread."""
        with self._lock:
            if share >= 1:
                self._done(name)
            elif name in self._left:
                if name not in self._tasks:
                    self._tasks[name] = self._progress.add_task(_short(name), total=1.0)
                self._progress.update(self._tasks[name], completed=share)

    def counter(self, what: str, total: int) -> Callable[[], None]:
        """A bar of `total` steps; call what is returned once a step."""
        task = self._progress.add_task(what, total=total)
        return lambda: self._progress.advance(task)

    def share(self, what: str, share: float) -> None:
        """Move the bar of one piece of work to `share`, 0 to 1; it appears at its first step."""
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(_short(what), total=1.0)
        self._progress.update(self._tasks[what], completed=share)

    def _done(self, name: str) -> None:
        if name in self._tasks:
            self._progress.remove_task(self._tasks.pop(name))
        if name in self._left and self._whole is not None:
            self._left.discard(name)
            self._progress.advance(self._whole)


@contextmanager
def bars(*, quiet: bool = False) -> Iterator[Bars]:
    """Show bars on standard error while the block runs; none where it is no terminal or `quiet`."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), _Count(), TimeRemainingColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        yield Bars(progress)


class _Count(MofNCompleteColumn):
    """'3/7' for files, nothing for the share of one."""

    def render(self, task: Any) -> Any:
        return super().render(task) if isinstance(task.total, int) else ""


def _short(name: str) -> str:
    text = clean(name)
    return text if len(text) <= _NAME_WIDTH else "…" + text[-_NAME_WIDTH + 1 :]
