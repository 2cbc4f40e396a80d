"""The file that a command writes: its place is looked at before any work, and it gets there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from lathe.cli.errors import CommandError


def check(target: Path, *, force: bool, source: Path | None = None) -> None:
    """Refuse a place where no file can or may be written; `source` is the file that is read. Raises CommandError."""
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder {target.parent}. Make it first.")
    if target.is_dir():
        raise CommandError(f"{target} is a folder. Name the file to write.")
    if target.exists() and not target.is_file():
        raise CommandError(f"{target} is no ordinary file. Name the file to write.")
    if source and source.exists() and target.exists() and target.samefile(source):
        raise CommandError(f"{target} is the same file as the one that is read, which is never written over.")
    if target.exists() and not force:
        raise CommandError(f"{target} is there already. Write over it with --force.")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise CommandError(f"This user may not write into the folder {target.parent}. Name a file elsewhere.")


def put(whole: Path, target: Path, *, force: bool) -> None:
    """Move a finished file of the same file system into its place. Raises CommandError where one appeared meanwhile.

    The place is taken first by an empty file rather than by a link: memory cards and many shares know no links.
    """
    if not force:
        try:
            target.open("xb").close()
        except FileExistsError as taken:
            raise CommandError(f"{target} has just appeared. Write over it with --force.") from taken
    whole.replace(target)
