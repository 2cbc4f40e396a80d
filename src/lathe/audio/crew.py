"""The workers of one pool: hired, listened to, and seen out. All but `ring` belongs to the pool's own thread."""

from __future__ import annotations

import logging
import selectors
import socket
from collections.abc import Iterator
from typing import Any

from lathe.audio import wire
from lathe.audio.staff import Worker

log = logging.getLogger(__name__)

FALSE_STARTS = 3
"""Workers in a row that may die before they say a word; then waiting cuts fail instead of waiting for ever."""


class Crew:
    """As many workers as are wanted, and a bell that wakes the thread which listens to them."""

    def __init__(self, wanted: int) -> None:
        self.workers: list[Worker] = []
        self._wanted = wanted
        self._false_starts = 0
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)

    def ring(self) -> None:
        """Wake the pool's thread; from any thread."""
        try:
            self._bell.send(b"!")
        except OSError:
            return  # it has just closed; there is nobody to wake

    @property
    def is_hopeless(self) -> bool:
        """Whether one worker after the other died before it said a word."""
        return self._false_starts >= FALSE_STARTS

    def take_heart(self) -> None:
        """Try again with fresh workers."""
        self._false_starts = 0

    def refill(self) -> None:
        """Start workers until there are as many as are wanted."""
        while len(self.workers) < self._wanted and not self.is_hopeless:
            try:
                worker = Worker.start()
            except OSError:
                log.exception("An encoder process could not be started.")
                self._false_starts += 1
            else:
                self._selector.register(worker.end, selectors.EVENT_READ, worker)
                self.workers.append(worker)

    def reports(self) -> Iterator[tuple[Worker, list[dict[str, Any]] | None]]:
        """Wait until somebody says something or the bell rings; yield who says what, None where a worker has died."""
        for ready, _ in self._selector.select():
            if ready.fileobj is self._ear:
                self._ear.recv(wire.READ_BYTES)
            else:
                yield ready.data, ready.data.receive()

    def welcome(self, worker: Worker) -> None:
        """Note the first word of a worker."""
        worker.ready = True
        self.take_heart()

    def bury(self, worker: Worker) -> None:
        """Take leave of a worker that died."""
        self._selector.unregister(worker.end)
        worker.end.close()
        worker.kill()
        self.workers.remove(worker)
        if not worker.ready:
            self._false_starts += 1

    def see_out(self) -> None:
        """End every worker; returns when no process is left."""
        for worker in self.workers:
            worker.end.close()
        for worker in self.workers:
            worker.see_out()
        self.workers = []
        self._selector.close()
        self._bell.close()
        self._ear.close()
