"""Puts finished cuts into the store, whole or not at all, with the row that names them."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from weakref import WeakValueDictionary

from lathe.audio.build import build_id
from lathe.audio.heads import BodyFacts
from lathe.basics import clock
from lathe.delivery import cache, cutting, holds, leases, rules
from lathe.delivery.cutting import Growing, Stored
from lathe.delivery.models import MadeFile, Rendition
from lathe.objects import stores
from lathe.objects.errors import StoreError

_UNPAID_IS_OLDER_BY = timedelta(hours=1)
_LOOK_EVERY_S = 0.2


class _Turn:
    """A lock that goes when nobody waits for it any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *reason: object) -> None:
        self._lock.release()


_lock = threading.Lock()
_turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
"""A lock for each key that is being stored by this process."""

log = logging.getLogger("lathe.delivery")


def publish(body: Growing) -> Stored:
    """Put a finished cut in the store, unless it lies there; then drop its spool file. The row comes after the object,
    so that nobody reads of a body that is not there. The caller holds the cut. Raises StoreUnavailable."""
    facts = body.cut.facts
    if facts is None:
        raise ValueError(f"The cut {body.key} is not finished; it cannot be stored.")
    with _turn(body.key):
        return _publish(body, facts)


def _turn(key: str) -> _Turn:
    """One at a time in this process: everybody who followed a cut comes to store it when it ends."""
    with _lock:
        return _turns.setdefault(key, _Turn())


def _publish(body: Growing, facts: BodyFacts) -> Stored:
    while not leases.take_to_publish(body.key):
        # Another process stores it, or it was evicted a moment ago and is being removed.
        cutting.give_back_connection()
        time.sleep(_LOOK_EVERY_S)
    if cutting.find(body.key) is None:
        _tell_of_change(body, facts)
        _make_room(facts.size_bytes)
        stores.renditions().put_new(rules.object_key(body.key), body.cut.path)
        _write_row(body, facts)
    body.cut.discard()
    leases.drop(body.key)
    # Where all the rest is being read, what nobody has paid for goes again at once.
    _make_room(0)
    return Stored(body.key, facts)


def _tell_of_change(body: Growing, facts: BodyFacts) -> None:
    """Withdraw the checksums of the files of a body that did not come out as it did before."""
    if body.known and body.known.sha256 != facts.sha256:
        log.error("%s of %s is not what it was before; its checksums are made anew.", body.fmt, body.master.sha256)
        MadeFile.objects.filter(rendition_id=body.key).delete()


def _make_room(wanted_bytes: int) -> None:
    """Keep the cache within its limit. Where the store refuses to delete, the body is stored all the same."""
    try:
        cache.make_room(wanted_bytes)
    except StoreError as broken:
        log.warning("The cache is over its limit: %s", broken)


def _write_row(body: Growing, facts: BodyFacts) -> None:
    now = clock.now()
    values = {
        "master": body.master,
        "format": str(body.fmt),
        "build": build_id(),
        "size_bytes": facts.size_bytes,
        "sha256": facts.sha256,
        "facts": facts.to_dict(),
        # What nobody has paid for is the first to go, so that baskets cannot fill the disk.
        "used_at": now if body.is_paid else now - _UNPAID_IS_OLDER_BY,
        "held_until": now + holds.LENGTH if body.is_paid else now,
        "is_stored": True,
    }
    Rendition.objects.update_or_create(key=body.key, defaults=values)


def give_up(body: Growing) -> None:
    """Drop a finished cut that could not be stored: it is made again when it is asked for."""
    body.cut.discard()
    leases.drop(body.key)
