"""Masters as files on this node, which the encoder reads: in the store itself, or a copy of what lies elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from lathe.catalogue.models import Master
from lathe.objects import stores
from lathe.objects.base import Store
from lathe.objects.copies import Copies, Copy, Wanted

FOLDER = "masters-cache"


def file_of(master: Master) -> tuple[Path, Copy | None]:
    """The file of a master, and the copy to close once it is read; None where it lies in the store itself.

    A copy is fetched first and its SHA-256 checked. Raises ObjectMissing, StoreUnavailable.
    """
    store = stores.masters()
    path = store.local_path(master.object_key)
    if path is not None:
        return path, None
    copy = _copies().take(_wanted(store, master))
    return copy.path, copy


def is_here(master: Master) -> bool:
    """Whether the file of a master can be had without fetching it."""
    store = stores.masters()
    return store.is_local or _copies().has(_wanted(store, master))


def _wanted(store: Store, master: Master) -> Wanted:
    return Wanted(store, master.object_key, master.sha256, master.size_bytes)


def _copies() -> Copies:
    return _opened(settings.LATHE_HOME / FOLDER, settings.LATHE_MASTERS_CACHE_MAX_BYTES)


@cache
def _opened(folder: Path, most_bytes: int) -> Copies:
    return Copies(folder, most_bytes)
