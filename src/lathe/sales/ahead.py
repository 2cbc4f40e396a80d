"""Cutting before payment, where the price goes by size: so that the buyer sees the exact price before paying.

Bounded for each basket and for the whole node, and at the lowest priority, for nobody has paid yet. What lies past the
bound is paid at its ceiling and trued up once it is made.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass

from lathe.audio.formats import Format, parse
from lathe.catalogue.models import Track
from lathe.delivery import cuts, cutting, following
from lathe.delivery.cutting import Body, Growing, Stored
from lathe.delivery.errors import CutFailed
from lathe.sales.baskets import BasketView, LineView
from lathe.sales.models import BasketLine
from lathe.storefronts.models import Storefront
from lathe.storefronts.rules import Pricing

BASKET_BOUND_S = 90 * 60
"""Seconds of music that may be cut for one basket before it is paid."""
BASKET_AT_ONCE = 4
NODE_BOUND = 16
"""Cuts that may be under way on this node for one basket, and for all that are not paid: so that one visitor, whatever
they put in and take out, leaves room for others."""


@dataclass
class _Place:
    """A cut under way, and the basket that it was begun for."""

    basket_id: int
    future: Future[None]


_lock = threading.Lock()
_under_way: dict[str, _Place] = {}


def make_exact(view: BasketView, storefront: Storefront) -> bool:
    """Begin to make what the basket prices by size but does not know exactly, within the bounds.

    True while any of it is under way: ask again a little later. False when nothing more becomes exact by waiting.
    """
    if storefront.pricing != Pricing.BY_SIZE.value or view.is_exact:
        return False
    begun = [_begin(track, line.line) for line, track in _within_bound(view)]
    return any(begun)


def _within_bound(view: BasketView) -> list[tuple[LineView, Track]]:
    chosen: list[tuple[LineView, Track]] = []
    length_s = 0.0
    for line in view.lines:
        for track in [line.track] if line.track else list(line.release.tracks.all()):
            length_s += track.master.duration_s
            if length_s <= BASKET_BOUND_S and line.price is not None and not line.quote.is_exact:
                chosen.append((line, track))
    return chosen


def _begin(track: Track, line: BasketLine) -> bool:
    """Begin one cut unless it is made, under way, or its basket or the node has as many as it may. True while it is
    under way."""
    fmt = cuts.of_master(parse(line.format), track.master.source)
    key = cutting.key_of(track.master, fmt)
    with _lock:
        for done in [name for name, place in _under_way.items() if place.future.done()]:
            del _under_way[done]
        if key in _under_way:
            return True
        own = sum(place.basket_id == line.basket_id for place in _under_way.values())
        if own >= BASKET_AT_ONCE or len(_under_way) >= NODE_BOUND:
            return False
        _under_way[key] = _Place(line.basket_id, Future())
    return _obtain(key, track, fmt)


def _obtain(key: str, track: Track, fmt: Format) -> bool:
    """Begin the cut whose place is taken; outside the lock, for a master may have to be fetched first."""
    body: Body | None = None
    try:
        body = cutting.obtain(track.master, fmt, priority=cutting.NOT_PAID)
    except CutFailed:
        # The log says why. The basket shows the ceiling, and what it is over comes back.
        return False
    finally:
        with _lock:
            if isinstance(body, Growing):
                _under_way[key].future = following.keep(body)
            else:
                del _under_way[key]
    if isinstance(body, Stored):
        return False
    body.cut.release()
    return True
