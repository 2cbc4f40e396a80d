"""What every kind of store offers, and the key of an object."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from obstore.exceptions import BaseError

from lathe.objects.errors import ObjectMissing, StoreUnavailable

_KEY = re.compile(r"[0-9a-z][0-9a-z./-]{0,190}", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One object of a listing."""

    key: str
    size_bytes: int
    stored_at: datetime


class Store(Protocol):
    """Immutable objects under keys of small letters, digits, dots, dashes and slashes.

    An object appears whole or not at all. Where the store cannot be reached, every call raises StoreUnavailable.
    """

    place: str
    """Where the objects lie, for people: a folder, or s3://bucket/prefix."""
    is_local: bool
    """Whether objects are files that this node can open (`local_path`)."""
    creates_atomically: bool
    """Whether of two that put the same key at once, exactly one is told that it stored it. Elsewhere the second may
    write over the first: harmless only where a key names its bytes, as all of ours do."""

    def reach(self) -> None:
        """Do nothing where the store can be read; else raise StoreUnavailable."""
        ...

    def put_new(self, key: str, content: bytes | Path) -> bool:
        """Store `content` under `key` unless something is there. True if this call stored it.

        A file goes in pieces, however large; it is never read into memory whole.
        """
        ...

    def size(self, key: str) -> int | None:
        """Bytes of the object, None where there is none."""
        ...

    def read(self, key: str) -> bytes:
        """The whole object. For small ones: covers, documents. Raises ObjectMissing."""
        ...

    def read_range(self, key: str, start: int, stop: int) -> bytes:
        """Bytes [start, stop) of the object, all of them. Raises ObjectMissing."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; none there is as good."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Every finished object, in no order."""
        ...

    def tidy(self, before: datetime) -> int:
        """Remove what puts that broke off before a moment left behind; returns how much that was."""
        ...

    def local_path(self, key: str) -> Path | None:
        """Where the object lies on this node's disk; None where the store is elsewhere. Raises ObjectMissing."""
        ...

    def presigned_url(self, key: str, expires_s: int, filename: str = "") -> str | None:
        """An address from which anybody may read the object for so long (1 s to 7 days), offered to a browser under
        `filename`; None where the store gives no such addresses. Does not look whether the object is there."""
        ...


def checked(key: str) -> str:
    """The key, if it is one. Raises ObjectMissing."""
    if not _KEY.fullmatch(key) or ".." in key or "//" in key:
        raise ObjectMissing(f"{key!r} is not the key of an object.")
    return key


@contextmanager
def told(place: str, key: str) -> Iterator[None]:
    """Turn what obstore and the system raise into this room's errors."""
    try:
        yield
    except FileNotFoundError as missing:
        raise ObjectMissing(f"{place} has no object {key}.") from missing
    except (BaseError, OSError) as failure:
        raise StoreUnavailable(f"{place} failed at {key}: {_first_line(failure)}") from failure


def whole(place: str, key: str, data: bytes, wanted: int) -> bytes:
    """The bytes, if so many came. Raises StoreUnavailable."""
    if len(data) != wanted:
        raise StoreUnavailable(f"{place} gave {len(data)} bytes of {key} where {wanted} were asked for.")
    return data


def _first_line(failure: BaseException) -> str:
    """The gist: obstore adds its sources, line by line, and a server its page."""
    return (str(failure).strip().splitlines() or [type(failure).__name__])[0][:300]
