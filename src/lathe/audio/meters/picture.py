"""The spectrogram as a picture of alpha only, for a page to fill with its own colours."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from lathe.audio.pcm import centred

WINDOW = 2048
MOST_MOMENTS = 4
"""A column; fewer in a short track, so that its windows never overlap."""
RANGE_DB = 90.0
COMPRESSION = 2
"""Of 0 to 9; 4 takes half as long again and saves 4 in 100 bytes, 6 takes five times as long and saves 5."""


class Spectrogram:
    """Up to four moments a column, evenly spread over the track. Memory does not grow with it."""

    def __init__(self, samples: int, width: int, height: int) -> None:
        self._a_column = max(1, min(MOST_MOMENTS, samples // (width * WINDOW)))
        self._starts = np.linspace(0, max(0, samples - WINDOW), width * self._a_column).astype(np.int64)
        self._shape = np.hanning(WINDOW).astype(np.float32)
        self._edges = np.arange(height) * (WINDOW // 2) // height
        self._sums = np.zeros((width, WINDOW // 2), np.float32)
        self._held: npt.NDArray[np.float32] = np.empty(0, np.float32)
        self._base = self._next = 0

    def feed(self, left: npt.NDArray[np.float32]) -> None:
        """Take the next samples of one channel."""
        held = np.concatenate((self._held, left))
        stop = self._next + int(np.searchsorted(self._starts[self._next :], self._base + len(held) - WINDOW, "right"))
        if stop > self._next:
            windows = np.lib.stride_tricks.sliding_window_view(held, WINDOW)
            self._add(stop, windows[self._starts[self._next : stop] - self._base])
        wanted = int(self._starts[self._next]) - self._base if self._next < len(self._starts) else len(held)
        keep = min(len(held), wanted)
        self._held, self._base = held[keep:].copy(), self._base + keep

    def finish(self) -> None:
        """Say that no more samples come: what is shorter than a window stands in its middle."""
        left = len(self._starts) - self._next
        if left:
            self._add(len(self._starts), np.tile(centred(self._held[:WINDOW], WINDOW), (left, 1)))

    def _add(self, stop: int, windows: npt.NDArray[np.float32]) -> None:
        power = np.square(np.abs(np.fft.rfft(windows * self._shape, axis=1)))[:, 1:]
        columns, firsts = np.unique(np.arange(self._next, stop) // self._a_column, return_index=True)
        self._sums[columns] += np.add.reduceat(power, firsts, axis=0)
        self._next = stop

    def levels(self) -> npt.NDArray[np.float32]:
        """Return 0 to 1 of shape (height, width): time across, frequency upwards and linear to half the rate.

        1 is the loudest spot; 90 dB below it is 0, and so is digital silence.
        """
        columns = np.maximum.reduceat(self._sums / self._a_column, self._edges, axis=1)
        level_db = 10 * np.log10(columns + 1e-9)
        shown = np.clip((level_db - level_db.max() + RANGE_DB) / RANGE_DB, 0, 1) * (columns > 0)
        return np.ascontiguousarray(shown.T[::-1], dtype=np.float32)

    def png(self) -> bytes:
        """Return a PNG whose alpha is the level."""
        alpha = (self.levels() * 255).astype(np.uint8)
        stream = BytesIO()
        Image.fromarray(np.dstack((np.zeros_like(alpha), alpha)), mode="LA").save(
            stream, "PNG", compress_level=COMPRESSION
        )
        return stream.getvalue()
