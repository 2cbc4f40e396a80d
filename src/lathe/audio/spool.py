"""The folder in which encodes grow.

Every pool has a subfolder of its own, held by a lock that ends with its process.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PREFIX = "pool-"
LOCK = ".lock"


class Spool:
    """A subfolder of the spool that belongs to this process alone, named after its pid."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with _guard(folder):
            _remove_leftovers(folder)
            self.folder = folder / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
            self.folder.mkdir()
            self._lock = (self.folder / LOCK).open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def new_file(self) -> tuple[Path, IO[bytes]]:
        """Create an empty file; return its path and the file opened for reading."""
        path = self.folder / f"{secrets.token_hex(8)}.body"
        path.touch(exist_ok=False)
        return path, path.open("rb")

    def new_part(self) -> Path:
        """Create an empty file for a part of a body; return its path."""
        path = self.folder / f"{secrets.token_hex(8)}.part"
        path.touch(exist_ok=False)
        return path

    def remove(self) -> None:
        """Remove the subfolder with all it holds, and let go of the lock."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


@contextmanager
def _guard(folder: Path) -> Iterator[None]:
    """Let one process at a time create or clear subfolders, so that none is taken for a leftover before it is
    locked.
    """
    with (folder / LOCK).open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def _remove_leftovers(folder: Path) -> None:
    """Remove subfolders whose owner is gone: the system let go of their locks when the process died, however it
    died.
    """
    for left in folder.glob(f"{PREFIX}*"):
        if not _owned(left / LOCK):
            shutil.rmtree(left, ignore_errors=True)


def _owned(lock: Path) -> bool:
    try:
        with lock.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
