"""Copies on this node's disk of objects that lie elsewhere, for programs that want a file: a bounded cache.

Several processes may share the folder. A copy that is in use is held by a shared lock on its file, which the system
lets go of with the process, however it ends; only what nobody holds is evicted. A copy being fetched is locked by the
one who fetches it, so that everybody else waits for that one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lathe.objects.base import Store
from lathe.objects.errors import StoreUnavailable

PIECE_BYTES = 4 * 1024 * 1024
_PART = ".part"


@dataclass(frozen=True)
class Wanted:
    """An object that is named by its SHA-256: what `key` of `store` must hold."""

    store: Store
    key: str
    sha256: str
    size_bytes: int


class Copy:
    """A copy that stays until it is closed."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self._file = file

    def close(self) -> None:
        """Say that the copy is no longer in use."""
        self._file.close()


class Copies:
    """The cache in `folder`. It goes over `most_bytes` only by what is in use at one time."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._flights: dict[Path, Future[None]] = {}

    def take(self, wanted: Wanted) -> Copy:
        """Return the copy, fetched and checked if it is not there; close it when done.

        Raises ObjectMissing, StoreUnavailable.
        """
        path = self._path(wanted)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            while (copy := _held(path)) is None:
                self._fetch_once(wanted, path)
        except OSError as failure:
            raise StoreUnavailable(f"{self._folder} takes no copy of {wanted.key}: {failure.strerror}.") from failure
        return copy

    def has(self, wanted: Wanted) -> bool:
        """Whether the copy is there now; it may go before it is taken."""
        return self._path(wanted).exists()

    def _path(self, wanted: Wanted) -> Path:
        return self._folder / f"{wanted.sha256}{Path(wanted.key).suffix}"

    def _fetch_once(self, wanted: Wanted, path: Path) -> None:
        """Fetch the object; threads that want the same one meanwhile share the outcome, a failure too."""
        with self._lock:
            flight = self._flights.get(path)
            is_mine = flight is None
            flight = self._flights.setdefault(path, Future())
        if not is_mine:
            return flight.result()
        try:
            self._fetch(wanted, path)
            flight.set_result(None)
        except BaseException as failure:
            flight.set_exception(failure)
            raise
        finally:
            with self._lock:
                del self._flights[path]

    def _fetch(self, wanted: Wanted, path: Path) -> None:
        """Fetch the object aside and put it into place once its SHA-256 is right; or wait for whoever does."""
        part = path.with_name(path.name + _PART)
        with _alone(part) as file:
            if path.exists():
                return
            try:
                # Its room is taken at once, so that two fetches at a time see each other.
                file.truncate(wanted.size_bytes)
                self._make_room()
                _fill(file, wanted)
                part.rename(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise

    def _make_room(self) -> None:
        """Remove the least recently used copies until the rest fits; what somebody holds stays."""
        files = sorted(_files(self._folder), key=lambda file: file[0].st_mtime)
        over = sum(facts.st_size for facts, _ in files) - self._most_bytes
        for facts, path in files:
            if over > 0 and _removed(path):
                over -= facts.st_size


def _files(folder: Path) -> Iterator[tuple[os.stat_result, Path]]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            yield path.stat(), path


def _held(path: Path) -> Copy | None:
    """The file under a shared lock, noted as used; None where there is none."""
    while True:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        fcntl.flock(file, fcntl.LOCK_SH)
        if _is(file, path):
            os.utime(file.fileno())
            return Copy(path, file)
        # It was removed between the two steps.
        file.close()


@contextmanager
def _alone(path: Path) -> Iterator[IO[bytes]]:
    """The file, made if need be, under an exclusive lock. Its last holder may have moved or removed it: then anew."""
    while True:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is(file, path):
                yield file
                return


def _is(file: IO[bytes], path: Path) -> bool:
    """Whether the open file is the one that has this name now."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _fill(file: IO[bytes], wanted: Wanted) -> None:
    """Write the object and flush it to the disk. Raises StoreUnavailable where its SHA-256 is another."""
    digest = hashlib.sha256()
    for start in range(0, wanted.size_bytes, PIECE_BYTES):
        piece = wanted.store.read_range(wanted.key, start, min(start + PIECE_BYTES, wanted.size_bytes))
        digest.update(piece)
        os.pwrite(file.fileno(), piece, start)
    if digest.hexdigest() != wanted.sha256:
        raise StoreUnavailable(f"{wanted.store.place} holds other bytes than it should under {wanted.key}.")
    os.fsync(file.fileno())


def _removed(path: Path) -> bool:
    """Remove a file unless somebody holds it, or fetches it."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True
    return True
