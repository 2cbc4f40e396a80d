"""Background entry points of delivery: the cache is kept within its limit, and what is left over is removed."""

from __future__ import annotations

from datetime import timedelta

from lathe.basics import clock
from lathe.delivery import cache
from lathe.delivery.models import CutLease
from lathe.jobs import registry
from lathe.jobs.registry import Kind
from lathe.objects import stores

ORPHANS_EVERY = timedelta(hours=6)
"""The whole store is listed then, which costs a request for every thousand bodies."""


def keep_cache(key: str) -> None:
    """Bring the cache of bodies within its limit. Raises StoreUnavailable, to be tried again."""
    cache.make_room()


def remove_left_over(key: str) -> None:
    """Remove leases that ran out long ago, bodies that no row names, and what killed processes left half in any store.

    Raises StoreUnavailable, to be tried again.
    """
    CutLease.objects.filter(until__lt=clock.now() - ORPHANS_EVERY).delete()
    cache.sweep()
    before = clock.now() - cache.ORPHANED_AFTER
    for store in (stores.masters(), stores.covers(), stores.documents()):
        store.tidy(before)


registry.register(Kind("delivery.keep_cache", keep_cache, priority=-10, every=timedelta(minutes=10)))
registry.register(Kind("delivery.remove_left_over", remove_left_over, priority=-10, every=ORPHANS_EVERY))
