"""Checks of the stores: can they be written and read back, and do they create only where nothing is, as they state."""

from __future__ import annotations

from uuid import uuid4

from lathe.cli.doctor.findings import Finding, note, ok, wrong
from lathe.objects import stores
from lathe.objects.base import Store
from lathe.objects.errors import StoreError

_FIRST, _SECOND = b"Lathe looks whether this store can be written.", b"Lathe looks whether the first stays."


def check() -> list[Finding]:
    """Try the store of masters, which covers and documents follow, and that of cut files."""
    found: list[Finding] = []
    for name, opened in (("masters", stores.masters), ("renditions", stores.renditions)):
        what = f"store {name}"
        try:
            found.append(_tried(what, opened()))
        except StoreError as failure:
            found.append(wrong(what, str(failure), "Check its address and key, and what the key may do."))
    return found


def _tried(what: str, store: Store) -> Finding:
    key = f"doctor/{uuid4().hex}"
    try:
        return _judged(what, store, key)
    finally:
        store.delete(key)


def _judged(what: str, store: Store, key: str) -> Finding:
    if not store.put_new(key, _FIRST) or store.read(key) != _FIRST:
        return wrong(what, f"{store.place} gives back other bytes than it was given.", "Do not use this store.")
    if store.put_new(key, _SECOND) or store.read(key) != _FIRST:
        return wrong(what, f"{store.place} writes over what is there.", "Add conditional=0 to its address.")
    if not store.creates_atomically:
        sentence = f"{store.place} can be written and read. It is stated to know no conditions."
        return note(what, sentence, "Of two that put at once the second writes the same bytes again: no harm.")
    return ok(what, f"{store.place} can be written and read, and creates only where nothing is.")
