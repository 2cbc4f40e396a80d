"""The node's encoder pool and the bodies: from the store, from an encode here, or from another node's."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from lathe.audio.build import build_id
from lathe.audio.errors import EncodeError
from lathe.audio.formats import Format
from lathe.audio.heads import BodyFacts
from lathe.audio.pieces import Piece
from lathe.audio.pool import Cut, EncoderPool
from lathe.audio.source import Source
from lathe.catalogue.models import Master
from lathe.delivery import cache, holds, leases, originals, rules
from lathe.delivery.elsewhere import Elsewhere
from lathe.delivery.errors import CutFailed
from lathe.delivery.keeper import KEEPER
from lathe.delivery.models import Rendition
from lathe.objects import stores
from lathe.objects.errors import StoreError

WAITING_BUYER, NEXT, LISTENER, NOBODY_WAITS, NOT_PAID = 10, 8, 5, 0, -10
"""Priorities in the pool: a buyer looks at a progress bar; it is among the next of an archive; a visitor listens;
nobody waits; nobody has paid yet."""
_AT_ONCE = (WAITING_BUYER, LISTENER)
"""Who waits for the first byte, so that it is cut between two blocks of what is under way."""
_STARTS_WITHIN_S = 2.0

log = logging.getLogger("lathe.delivery")

_lock = threading.Lock()
_pools: list[EncoderPool] = []
"""The pool of this process, once it is started."""


def start() -> EncoderPool:
    """Start this process's encoder pool; a second call gives the same one."""
    with _lock:
        if not _pools:
            pool = EncoderPool(workers=settings.LATHE_ENCODERS or None, spool=settings.LATHE_HOME / "spool")
            pool.start()
            _pools.append(pool)
        return _pools[0]


def is_alive() -> bool:
    """Whether this process has an encoder at work or ready; one that is only starting gets two seconds."""
    pool, end = start(), time.monotonic() + _STARTS_WITHIN_S
    while not pool.worker_pids and time.monotonic() < end:
        time.sleep(0.05)
    return bool(pool.worker_pids)


def is_running() -> bool:
    """Whether this process cuts; not once it ends."""
    with _lock:
        return bool(_pools)


def stop() -> None:
    """End every encoder of this process; unfinished cuts fail and leave no file."""
    with _lock:
        while _pools:
            _pools.pop().close()


@dataclass(frozen=True)
class Stored:
    """A body that lies finished in the store under `key`."""

    key: str
    facts: BodyFacts


@dataclass(frozen=True)
class Growing:
    """A body under the needle, here or at another node. The holder got it held, and must `cut.release()` it.

    `known` are its facts where it was made before and thrown away since.
    """

    key: str
    cut: Cut | Elsewhere
    master: Master
    fmt: Format
    source: Source
    priority: int = WAITING_BUYER
    known: BodyFacts | None = None

    @property
    def facts(self) -> BodyFacts | None:
        return self.cut.facts or self.known

    @property
    def is_paid(self) -> bool:
        return self.priority != NOT_PAID


Body = Stored | Growing


def key_of(master: Master, fmt: Format, source: Source | None = None) -> str:
    """The key of the body that this node would cut; of an excerpt, where `source` is one."""
    excerpt = source.samples if source and source.is_excerpt else None
    return rules.rendition_key(master.sha256, str(fmt), build_id(), excerpt)


def stored(keys: Iterable[str]) -> set[str]:
    """Which of these bodies lie finished in the store; one query."""
    return set(Rendition.objects.filter(key__in=list(keys), is_stored=True).values_list("key", flat=True))


def find(key: str) -> Stored | None:
    """The finished body of a key, if the store has it: it is held for two minutes, and its use noted.

    Raises StoreUnavailable.
    """
    return _read(key)[0]


def _read(key: str) -> tuple[Stored | None, BodyFacts | None]:
    """As `find`, and the facts of a body that was made at some time, stored or not. Raises StoreUnavailable."""
    row = Rendition.objects.filter(key=key).first()
    if row is None:
        return None, None
    facts = BodyFacts.from_dict(row.facts)
    if not row.is_stored or not holds.begin(row):
        return None, facts
    if stores.renditions().size(rules.object_key(key)) != row.size_bytes:
        cache.lost(key)
        return None, facts
    return Stored(key, facts), facts


@dataclass(frozen=True)
class Progress:
    """How far a cut of this process is: the share that is made, 0 to 1, and its place in the queue, 0 once begun."""

    share: float
    place: int


def under_way(keys: Iterable[str]) -> dict[str, Progress]:
    """How far this process has come with the bodies of these keys; those that it is not at are left out."""
    with _lock:
        pool = _pools[0] if _pools else None
    cuts = [cut for cut in (pool.live(key) for key in keys) if cut is not None] if pool else []
    places = {key: place for place, key in enumerate(pool.waiting(), 1)} if pool and cuts else {}
    return {cut.key: Progress(cut.progress, places.get(cut.key, 0)) for cut in cuts if cut.state != "failed"}


def obtain(master: Master, fmt: Format, *, priority: int, at_once: bool = True, source: Source | None = None) -> Body:
    """The body of a conformed format: from the store, from the encode under way here or elsewhere, or from a new one.

    An encode that nobody holds any more is given up; who wants it kept lets `publisher` follow it. A master that lies
    elsewhere is fetched first if it is to begin `at_once`, else when somebody reads or follows the body. `source` is
    given where an excerpt of the master is wanted. Raises CutFailed where a store does not answer.
    """
    key = key_of(master, fmt, source)
    order = _Order(key, master, fmt, source or master.source, priority)
    try:
        found, facts = _look(order) if at_once or originals.is_here(master) else _read(key)
    except StoreError as broken:
        raise store_failed(key, broken) from broken
    if isinstance(found, Stored):
        return found
    cut = found or Elsewhere(key, rules.object_key(key), stores.renditions(), lambda: _look_again(order))
    return Growing(key, cut, master, fmt, order.source, priority, facts)


def known(key: str) -> BodyFacts | None:
    """The facts of a body that was made at some time, whether it lies in the store or was thrown away since."""
    facts = Rendition.objects.filter(key=key).values_list("facts", flat=True).first()
    return BodyFacts.from_dict(facts) if facts else None


def urge(key: str) -> None:
    """A buyer waits for a body now that was only among the next; nothing where this process is not at it."""
    with _lock:
        pool = _pools[0] if _pools else None
    if pool:
        pool.urge(key, WAITING_BUYER)


@contextmanager
def piece(body: Growing, piece: Piece) -> Iterator[Cut]:
    """Cut some of a body's bytes alone; that goes before the whole. Raises StoreUnavailable."""
    path, copy = originals.file_of(body.master)
    try:
        key, what = f"{body.key} {piece.start}-{piece.stop}", (body.fmt, path, body.source)
        cut = start().piece(key, what, piece, priority=body.priority + 1)
        try:
            yield cut
        finally:
            cut.release()
            if cut.finished:
                cut.discard()
    finally:
        if copy:
            copy.close()


@dataclass(frozen=True)
class _Order:
    """A body wanted."""

    key: str
    master: Master
    fmt: Format
    source: Source
    priority: int


def _look(order: _Order) -> tuple[Stored | Cut | None, BodyFacts | None]:
    """The body if it is stored; else our cut of it, held; None while another process or node is at it. And the facts of
    a body that was made at some time."""
    found, facts = _read(order.key)
    if found is not None:
        return found, facts
    pool = start()
    if pool.live(order.key) is None and not leases.take(order.key, order.priority):
        return None, facts
    cut = _begin(pool, order)
    try:
        # Another encode may have been stored and left the pool between the two looks above.
        found, facts = _read(order.key)
    except StoreError:
        cut.release()
        raise
    if found is not None:
        cut.release()
    return found or cut, facts


def _begin(pool: EncoderPool, order: _Order) -> Cut:
    """Begin or join our cut, held. The lease goes back where it cannot begin."""
    copy, preparing = None, KEEPER.prepare(order.key)
    try:
        path, copy = originals.file_of(order.master)
        cut = pool.cut(order.key, order.fmt, path, order.source, priority=order.priority, hold=True)
        if order.priority in _AT_ONCE:
            pool.urge(order.key, order.priority)
    except Exception:
        if copy:
            copy.close()
        leases.drop(order.key)
        raise
    finally:
        preparing.end()
    KEEPER.encode(order.key, cut, copy)
    return cut


def _look_again(order: _Order) -> BodyFacts | Cut | None:
    """As `_look`, from a thread that waits for another node; its connection is given back. Raises EncodeError where a
    store does not answer."""
    try:
        found, _facts = _look(order)
    except StoreError as broken:
        raise EncodeError(str(broken)) from broken
    finally:
        give_back_connection()
    return found.facts if isinstance(found, Stored) else found


def give_back_connection() -> None:
    """Close this thread's database connection, unless a transaction is under way in it."""
    if not connection.in_atomic_block:
        connection.close()


def store_failed(name: str, broken: StoreError) -> CutFailed:
    """What a buyer reads where a store does not answer; the reason is for the operator, and goes to the log."""
    log.warning("The store failed at %s: %s", name, broken)
    return CutFailed(_("The shop's store does not answer just now. Ask for the file again in a minute."))
