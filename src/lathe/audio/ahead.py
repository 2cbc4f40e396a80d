"""Decoding and converting in a thread beside the encoder, a few blocks ahead of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue

from lathe.audio.pcm import Pcm

BLOCKS = 16
"""Blocks that may wait for the encoder: three seconds of music at most, so that memory stays small."""


def read(blocks: Iterator[Pcm]) -> Iterator[Pcm]:
    """Yield the blocks, made by a thread of their own. What goes wrong there is raised here, in its place.

    Who stops reading ends the thread too: closing the iterator returns when it is gone.
    """
    reader = _Reader(blocks)
    thread = threading.Thread(target=reader.run, name="lathe-read-ahead", daemon=True)
    thread.start()
    try:
        while (block := reader.take()) is not None:
            yield block
    finally:
        reader.stop()
        thread.join()


class _Reader:
    """Hands blocks from one thread to another."""

    def __init__(self, blocks: Iterator[Pcm]) -> None:
        self._blocks = blocks
        self._ready: SimpleQueue[Pcm | BaseException | None] = SimpleQueue()
        self._room = threading.Semaphore(BLOCKS)
        self._stopped = False

    def run(self) -> None:
        """Make all the blocks, then say None; or say what went wrong."""
        try:
            for block in self._blocks:
                self._room.acquire()
                if self._stopped:
                    return
                self._ready.put(block)
            self._ready.put(None)
        except BaseException as error:
            self._ready.put(error)

    def take(self) -> Pcm | None:
        """Wait for the next block; None is the end."""
        found = self._ready.get()
        self._room.release()
        if isinstance(found, BaseException):
            raise found
        return found

    def stop(self) -> None:
        """Nobody takes another block."""
        self._stopped = True
        self._room.release()
