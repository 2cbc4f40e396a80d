"""Keeps alive what this process has in use: the leases of its encodes, the masters they read, the bodies being read.

One thread, which sleeps while there is nothing to keep.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from weakref import finalize

from django.db import connection

from lathe.audio.pool import Cut
from lathe.delivery import holds, leases
from lathe.objects.copies import Copy

LOOK_EVERY_S = 0.5

log = logging.getLogger("lathe.delivery")


class Use:
    """Something in use until `end`, or until this object is gone, for a request that is given up may end nothing.

    A second `end` does nothing.
    """

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = finalize(self, end)
        self._end.atexit = False

    def end(self) -> None:
        self._end()


class Keeper:
    """What is kept, and the thread that keeps it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers: Counter[str] = Counter()
        self._prepared: Counter[str] = Counter()
        self._encodes: dict[str, tuple[Cut, Copy | None]] = {}
        self._thread: threading.Thread | None = None

    def read(self, key: str) -> Use:
        """Keep a stored body held until the use ends."""
        return self._use(self._readers, key)

    def prepare(self, key: str) -> Use:
        """Keep the lease of a body whose encode is about to begin, until the use ends."""
        return self._use(self._prepared, key)

    def _use(self, counter: Counter[str], key: str) -> Use:
        with self._changed:
            counter[key] += 1
            self._wake()
        return Use(lambda: self._ended(counter, key))

    def _ended(self, counter: Counter[str], key: str) -> None:
        with self._changed:
            counter[key] -= 1
            if counter[key] <= 0:
                del counter[key]

    def encode(self, key: str, cut: Cut, copy: Copy | None) -> None:
        """Keep the lease of a cut, and the copy of its master, until the encode has ended."""
        with self._changed:
            known, kept = self._encodes.get(key, (None, None))
            stale = copy if known is cut else kept
            if known is not cut:
                self._encodes[key] = (cut, copy)
            self._wake()
        if stale:
            stale.close()

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, daemon=True, name="lathe-keeper")
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        leased_at = held_at = time.monotonic()
        while True:
            with self._changed:
                while not self._readers and not self._prepared and not self._encodes:
                    self._changed.wait()
            time.sleep(LOOK_EVERY_S)
            now = time.monotonic()
            self._try(self._let_go_of_ended)
            if now - leased_at >= leases.RENEW_EVERY_S:
                leased_at = now
                self._try(self._renew_leases)
            if now - held_at >= holds.RENEW_EVERY_S:
                held_at = now
                self._try(self._renew_holds)

    def _try(self, work: Callable[[], None]) -> None:
        """Do something with the database. What fails is done again at the next round."""
        try:
            work()
        except Exception:
            log.exception("Leases and holds could not be renewed; trying again")
        finally:
            connection.close()

    def _let_go_of_ended(self) -> None:
        """Close the masters of ended cuts. The lease of one that broke goes back; of one that is done it runs out,
        unless the body is stored before."""
        with self._changed:
            ended = [(key, *kept) for key, kept in self._encodes.items() if kept[0].finished]
            for key, _, _ in ended:
                del self._encodes[key]
        for key, cut, copy in ended:
            if copy:
                copy.close()
            if cut.state != "done":
                leases.drop(key)

    def _renew_leases(self) -> None:
        with self._changed:
            keys = [*self._encodes, *self._prepared]
        if keys:
            leases.renew(keys)

    def _renew_holds(self) -> None:
        with self._changed:
            keys = list(self._readers)
        if keys:
            holds.renew(keys)


KEEPER = Keeper()
"""The keeper of this process."""
