"""The file that a worker writes for an order, and how its pool hears that it grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from lathe.audio.lead import Tell, write_all

REPORT_EVERY_S = 0.05
"""A worker that is alive and at something says so as often."""
REPORT_EVERY_BYTES = 65536
EARLY_BYTES = 4 * REPORT_EVERY_BYTES
"""How much of a file is reported by bytes, for somebody may wait for the first of them; later on time alone counts."""
GATHER_BYTES = 2 * REPORT_EVERY_BYTES
"""What is written in one go, once the file is well under way."""

Lay: TypeAlias = Callable[[dict[str, Any]], None]


class Output:
    """Gathers what an order yields, writes it in ever larger lots, and reports it.

    It reports all that it writes until somebody can have the first bytes of the body, then every 64 KiB, and once a
    quarter of a mebibyte is there every 50 ms, because each report wakes three processes. The first part of a body is
    laid by the worker that encodes it: `lay` takes its bytes past the pool.
    """

    def __init__(self, message: dict[str, Any], tell: Tell, lay: Lay) -> None:
        self._job, self._part = message["job"], message["part"]
        self._tell, self._path = tell, Path(message["file"])
        self._lay = lay if message["do"] == "part" and self._part == 0 else None
        self._file = self._path.open("r+b", buffering=0)
        self._pending: list[bytes | memoryview] = []
        self._gathered = self._least = 0
        self._told_bytes, self._told_at = 0, time.monotonic()
        self.size = self._samples = 0
        self._is_laid = False

    @property
    def stage(self) -> int:
        """0 while nothing is written, 1 while none of it was laid, as Ogg pages are filled first; 2 once somebody can
        have the first bytes."""
        return 2 if self._is_laid else int(self.size > 0)

    def _note(self, body_bytes: int) -> None:
        """Take how long the body is, from the thread that lays it."""
        self._is_laid = body_bytes > 0

    def heard(self, samples: int) -> None:
        """Note how many samples of the master were read."""
        self._samples = samples

    def gather(self, *data: bytes | memoryview) -> None:
        """Keep what is of no use without what follows it."""
        self._pending += data
        self._gathered += sum(map(len, data))

    def put(self, *data: bytes | memoryview) -> None:
        """Take the next bytes, perhaps none, and write what was gathered when it is time."""
        self.gather(*data)
        if self._gathered > self._least or time.monotonic() - self._told_at >= REPORT_EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Write all that was gathered, and report it if that is due."""
        if self._pending:
            self._least = min(GATHER_BYTES, self._least + self._gathered)
            write_all(self._file.fileno(), b"".join(self._pending))
            self.size += self._gathered
            self._pending, self._gathered = [], 0
        self._report(time.monotonic())

    def _report(self, now: float) -> None:
        """Say how far the file is."""
        due = now - self._told_at >= REPORT_EVERY_S
        least = REPORT_EVERY_BYTES if self.size <= EARLY_BYTES else self.size
        is_first = not self._is_laid and self.size > self._told_bytes
        if due or is_first or self.size - self._told_bytes >= least:
            if self._lay:
                place = {"job": self._job, "file": str(self._path), "bytes": self.size}
                self._lay({"do": "lay", **place, "ended": False, "note": self._note})
            else:
                self._is_laid = self.size > 0
            if due or not self._lay:
                self.tell("wrote", bytes=self.size, samples=self._samples)
                self._told_at = now
            self._told_bytes = self.size

    def tell(self, did: str, **more: Any) -> None:
        """Report something of the order."""
        self._tell({"did": did, "job": self._job, "part": self._part, **more})

    def close(self) -> None:
        """Close the file."""
        self._file.close()
