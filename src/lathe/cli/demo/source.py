"""Where the demo's music is."""

from __future__ import annotations

from pathlib import Path

import lathe
from lathe.cli.errors import CommandError

MASTERS = "masters"


def find(given: Path | None) -> Path:
    """The folder with the demo's music: the one that is named, else the source tree's own. Raises CommandError."""
    folder = given or Path(lathe.__file__).resolve().parent.parent.parent / "demo"
    if not (folder / MASTERS).is_dir():
        raise CommandError(
            f"There is no demo music in {folder}. It comes with the source of Lathe: run this in a clone of the "
            "repository, or name its folder with --from DIR."
        )
    return folder
