"""The cache of bodies: what goes when it is full, and what is left over in the store.

It holds at most LATHE_RENDITIONS_MAX_MB, and above that only what is being read at that time and what other nodes are
storing just then. A body that went is known by its row and comes back, made anew, with the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Sum

from lathe.basics import clock
from lathe.delivery import leases, rules
from lathe.delivery.models import Rendition
from lathe.objects import stores
from lathe.objects.base import Entry
from lathe.objects.errors import StoreError

ORPHANED_AFTER = timedelta(days=1)
_LIST_AT_ONCE = 500
_EVICTED_AT_ONCE = 1000

log = logging.getLogger("lathe.delivery")


def make_room(wanted_bytes: int = 0) -> int:
    """Evict the least recently used bodies, a thousand at most, until `wanted_bytes` more fit; what is being read
    stays. Returns how many went.
    """
    stored = Rendition.objects.filter(is_stored=True)
    total = stored.aggregate(total=Sum("size_bytes"))["total"] or 0
    over, gone = total + wanted_bytes - settings.LATHE_RENDITIONS_MAX_BYTES, 0
    free = stored.filter(held_until__lt=clock.now()).order_by("used_at").values_list("key", "size_bytes")
    for key, size_bytes in free[:_EVICTED_AT_ONCE] if over > 0 else ():
        if over > 0 and evict(key):
            over, gone = over - size_bytes, gone + 1
    return gone


def evict(key: str) -> bool:
    """Remove a stored body, unless somebody reads it or is storing it. Raises StoreUnavailable; then it counts as gone,
    and what lies in the store yet is swept."""
    holder = leases.take_to_remove(key)
    if holder is None:
        return False
    free = Rendition.objects.filter(key=key, is_stored=True, held_until__lt=clock.now())
    if not free.update(is_stored=False):
        leases.drop(key, holder)
        return False
    _remove(key, holder)
    return True


def lost(key: str) -> None:
    """Note that the store has not what a row promises, so that it is made again; what lies there instead goes."""
    log.warning("The body %s is missing in the store, or cut short; it is made again when it is asked for.", key)
    Rendition.objects.filter(key=key).update(is_stored=False)
    holder = leases.take_to_remove(key)
    if holder:
        _remove(key, holder)


def _remove(key: str, holder: str) -> None:
    """Delete the object, then give the lease back. Where the store fails, the lease runs out after any late delete."""
    stores.renditions().delete(rules.object_key(key))
    leases.drop(key, holder)


def sweep() -> int:
    """Remove objects of the store that no row names, a day after they were put: their process was killed before it
    could write the row. Returns how many."""
    store, before = stores.renditions(), clock.now() - ORPHANED_AFTER
    old = (entry for entry in store.entries() if entry.stored_at < before)
    removed = store.tidy(before)
    while chunk := list(islice(old, _LIST_AT_ONCE)):
        removed += sum(_remove_orphan(entry) for entry in _unnamed(chunk))
    return removed


def _unnamed(entries: list[Entry]) -> Iterator[Entry]:
    keys = {rules.key_of_object(entry.key): entry for entry in entries}
    named = set(Rendition.objects.filter(key__in=list(keys), is_stored=True).values_list("key", flat=True))
    return (entry for key, entry in keys.items() if key not in named)


def _remove_orphan(entry: Entry) -> bool:
    """Remove one object, if nobody is about to give it its row."""
    key = rules.key_of_object(entry.key)
    holder = leases.take_to_remove(key)
    if holder is None:
        return False
    if Rendition.objects.filter(key=key, is_stored=True).exists():
        leases.drop(key, holder)
        return False
    try:
        _remove(key, holder)
    except StoreError as failure:
        log.warning("The orphan %s could not be removed: %s", entry.key, failure)
        return False
    return True
