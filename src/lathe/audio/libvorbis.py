"""libvorbis through libsndfile: pages of a stream of our own, and the headers that belong before it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import soundfile

from lathe.audio.containers import ogg
from lathe.audio.errors import EncodeError
from lathe.audio.layouts import XIPH_ORDER
from lathe.audio.pcm import Pcm

HEADERS = 3
"""Packets before the music: identification, comment, setup (Vorbis I, section 4.2)."""


class Sink(io.RawIOBase):
    """What libsndfile writes into: it only ever writes on at the end."""

    def __init__(self) -> None:
        super().__init__()
        self._fresh = bytearray()
        self._end = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._fresh += piece
        self._end += len(piece)
        return len(piece)

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._end

    def tell(self) -> int:
        return self._end

    def take(self) -> bytes:
        """Return what was written since the last call."""
        fresh, self._fresh = bytes(self._fresh), bytearray()
        return fresh


class Libvorbis:
    """One encoder of quality 0 to 10 for float32; gives whole pages with our serial, numbered from `number` on.

    libsndfile draws its serial at random, so each page is written again with ours.
    """

    def __init__(self, rate_hz: int, channels: int, quality: int, serial: int, number: int) -> None:
        self._channels, self._serial, self._number = channels, serial, number
        self._sink, self._rest, self._headers, self._started = Sink(), b"", 0, False
        self._file = _opened(self._sink, rate_hz, channels, quality)

    def encode(self, block: Pcm) -> bytes:
        """Take samples of shape (samples, channels) in FLAC's order; return the pages that are ready."""
        order = XIPH_ORDER.get(self._channels)
        self._file.write(np.ascontiguousarray(block if order is None else block[:, order]))
        return self._pages()

    def finish(self) -> bytes:
        """Return the last pages; the last one ends at the very sample."""
        self._file.close()
        return self._pages()

    def _pages(self) -> bytes:
        data = self._rest + self._sink.take()
        out, place = [], 0
        for page in ogg.pages_of(data):
            place += len(page)
            if self._headers < HEADERS:
                self._headers += _packets_ended(page)
            else:
                out.append(self._renamed(page))
        self._rest = data[place:]
        return b"".join(out)

    def _renamed(self, page: bytes) -> bytes:
        """Return the page as ours. The very first packet, after which no sample is heard yet, gets a page to itself:
        where a short track has but one page, FFmpeg takes its end for its beginning.
        """
        granule, lacing = int.from_bytes(page[6:14], "little", signed=True), page[27 : 27 + page[26]]
        music = page[27 + len(lacing) :]
        first = 0
        if not self._started and len(lacing) > 1:
            first = next(place for place, size in enumerate(lacing, 1) if size < 255)
        self._started = True
        split = sum(lacing[:first])
        alone = self._laid(0, 0, lacing[:first], music[:split]) if first else b""
        return alone + self._laid(granule, page[5], lacing[first:], music[split:])

    def _laid(self, granule: int, flags: int, lacing: bytes, music: bytes) -> bytes:
        self._number += 1
        return ogg.page(self._serial, self._number - 1, granule, flags, lacing, music)


@lru_cache(maxsize=64)
def headers(rate_hz: int, channels: int, quality: int) -> tuple[bytes, bytes]:
    """Return the identification and the setup header of such a stream, from an encoder that is given nothing."""
    sink = Sink()
    _opened(sink, rate_hz, channels, quality).close()
    packets: Iterator[bytes] = ogg.packets_of(ogg.pages_of(sink.take()))
    identification, _, setup = (next(packets) for _ in range(HEADERS))
    return identification, setup


def _opened(sink: Sink, rate_hz: int, channels: int, quality: int) -> soundfile.SoundFile:
    """Open an encoder. libsndfile counts quality the other way, 1 to 0."""
    try:
        return soundfile.SoundFile(
            sink, "w", rate_hz, channels, "VORBIS", format="OGG", compression_level=1 - quality / 10
        )
    except soundfile.LibsndfileError as error:
        raise EncodeError(f"libsndfile opens no Vorbis encoder ({error}); install the pinned soundfile.") from error


def _packets_ended(page: bytes) -> int:
    """Return how many packets end on the page."""
    return sum(size < 255 for size in page[27 : 27 + page[26]])
