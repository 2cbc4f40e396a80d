"""A folder as a store: objects are files, written aside and linked into place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import obstore
from obstore.store import LocalStore as Folder

from lathe.objects.addresses import Address
from lathe.objects.base import Entry, checked, told, whole
from lathe.objects.errors import StoreUnavailable

_PIECE_BYTES = 256 * 1024
_ASIDE = ".aside-"


class LocalStore:
    """A folder on this node's disk, or one that every node mounts."""

    is_local = creates_atomically = True

    def __init__(self, address: Address) -> None:
        self._folder = address.folder
        self.place = str(self._folder)
        with told(self.place, "its own folder"):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files = Folder(self._folder, automatic_cleanup=False)

    def reach(self) -> None:
        if not os.access(self._folder, os.R_OK | os.W_OK | os.X_OK):
            raise StoreUnavailable(f"{self.place} cannot be read and written. Give it to the user that runs Lathe.")

    def put_new(self, key: str, content: bytes | Path) -> bool:
        """Write aside, flush to the disk, and link into place: only one link to a name can be made."""
        target = self._folder / checked(key)
        with told(self.place, key):
            if target.exists():
                return False
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = self._folder / f"{_ASIDE}{uuid4().hex}"
            try:
                _write(aside, content)
                os.link(aside, target)
            except FileExistsError:
                return False
            finally:
                aside.unlink(missing_ok=True)
        return True

    def size(self, key: str) -> int | None:
        with told(self.place, key):
            try:
                return (self._folder / checked(key)).stat().st_size
            except (FileNotFoundError, NotADirectoryError):
                return None

    def read(self, key: str) -> bytes:
        with told(self.place, key):
            return bytes(obstore.get(self._files, checked(key)).bytes())

    def read_range(self, key: str, start: int, stop: int) -> bytes:
        with told(self.place, key), (self._folder / checked(key)).open("rb", buffering=0) as file:
            data = os.pread(file.fileno(), stop - start, start)
        return whole(self.place, key, data, stop - start)

    def delete(self, key: str) -> None:
        with told(self.place, key):
            (self._folder / checked(key)).unlink(missing_ok=True)

    def entries(self) -> Iterator[Entry]:
        with told(self.place, "its list"):
            for folder, below, names in os.walk(self._folder):
                below[:] = [name for name in below if not name.startswith(".")]
                yield from (self._entry(Path(folder) / name) for name in names if not name.startswith("."))

    def _entry(self, path: Path) -> Entry:
        facts = path.stat()
        key = path.relative_to(self._folder).as_posix()
        return Entry(key, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))

    def tidy(self, before: datetime) -> int:
        with told(self.place, "what is left"):
            left = [path for path in self._folder.glob(f"{_ASIDE}*") if path.stat().st_mtime < before.timestamp()]
            for path in left:
                path.unlink(missing_ok=True)
        return len(left)

    def local_path(self, key: str) -> Path | None:
        path = self._folder / checked(key)
        with told(self.place, key):
            path.stat()
        return path

    def presigned_url(self, key: str, expires_s: int, filename: str = "") -> str | None:
        """A folder has no addresses: the shop, or nginx by X-Accel-Redirect, sends its files."""
        return None


def _write(path: Path, content: bytes | Path) -> None:
    with path.open("xb") as copy:
        if isinstance(content, bytes):
            copy.write(content)
        else:
            with content.open("rb") as source:
                shutil.copyfileobj(source, copy, _PIECE_BYTES)
        copy.flush()
        os.fsync(copy.fileno())
