"""Ogg pages (RFC 3533): laying packets out, checking, and renumbering a body behind a longer or shorter head."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator

MOST_SEGMENTS = 255
HEADER_BYTES = 27
"""Bytes of a page before its lacing."""
LONGEST_PAGE = 27 + 255 + 255 * 255
CONTINUED, FIRST, LAST = 1, 2, 4
NOTHING_ENDS = -1
"""Granule position of a page on which no packet ends."""
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def checksum(page: bytes) -> int:
    """Return Ogg's CRC-32 of a page whose CRC field is zero.

    It is zlib's polynomial with the bits the other way round and neither the start nor the end inverted (RFC 3533,
    section 6); so the bytes are mirrored, zlib started so that its inversions cancel, and the result mirrored back.
    """
    crc = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(crc.to_bytes(4, "little").translate(_REVERSED), "big")


def page(serial: int, number: int, granule: int, flags: int, lacing: bytes, data: bytes) -> bytes:
    """Return one page. `lacing` are the segment lengths of `data`, at most 255."""
    start = struct.pack("<4sBBqII", b"OggS", 0, flags, granule, serial, number)
    end = bytes([len(lacing)]) + lacing + data
    return start + struct.pack("<I", checksum(start + bytes(4) + end)) + end


def lacing_of(size: int) -> bytes:
    """Return the segment lengths of a packet of `size` bytes."""
    return b"\xff" * (size // 255) + bytes([size % 255])


def packet_pages(serial: int, number: int, flags: int, packet: bytes) -> list[bytes]:
    """Return a header packet on as many pages as it takes from `number` on; the last has granule 0."""
    lacing = lacing_of(len(packet))
    pages: list[bytes] = []
    for start in range(0, len(lacing), MOST_SEGMENTS):
        part = lacing[start : start + MOST_SEGMENTS]
        data = packet[start * 255 : start * 255 + sum(part)]
        ends = start + MOST_SEGMENTS >= len(lacing)
        mark = flags if start == 0 else CONTINUED
        pages.append(page(serial, number + len(pages), 0 if ends else NOTHING_ENDS, mark, part, data))
    return pages


def page_length(data: bytes, start: int) -> int | None:
    """Return the length of the page that begins at `start`, or None where `data` does not hold its whole header."""
    if len(data) < start + 27:
        return None
    lacing = data[start + 27 : start + 27 + data[start + 26]]
    return 27 + len(lacing) + sum(lacing) if len(lacing) == data[start + 26] else None


def is_page(data: bytes, start: int, length: int) -> bool:
    """Tell whether a page with a right checksum begins at `start`."""
    found = data[start : start + length]
    return found[:4] == b"OggS" and checksum(found[:22] + bytes(4) + found[26:]) == int.from_bytes(
        found[22:26], "little"
    )


def count_pages(data: bytes) -> int:
    """Return the number of whole pages in `data`, which holds nothing else."""
    number = place = 0
    while (length := page_length(data, place)) is not None:
        number, place = number + 1, place + length
    return number


def renumbered(found: bytes, shift: int) -> bytes:
    """Return the page with its number moved by `shift` and its checksum made right."""
    number = (int.from_bytes(found[18:22], "little") + shift) & 0xFFFFFFFF
    start, end = found[:18] + number.to_bytes(4, "little"), found[26:]
    return start + checksum(start + bytes(4) + end).to_bytes(4, "little") + end


class Renumberer:
    """Moves the numbers of all pages that pass by `shift`. Holds back at most one page."""

    def __init__(self, shift: int) -> None:
        self._shift = shift
        self._rest = b""

    def feed(self, chunk: bytes) -> bytes:
        """Return the pages completed by `chunk`, renumbered; the chunk itself where there is nothing to move."""
        if not self._shift:
            return chunk
        data, place, out = self._rest + chunk, 0, []
        while (length := page_length(data, place)) is not None and place + length <= len(data):
            out.append(renumbered(data[place : place + length], self._shift))
            place += length
        self._rest = data[place:]
        return b"".join(out)

    def finish(self) -> bytes:
        """Return what is left: no bytes, unless the body was cut off within a page."""
        rest, self._rest = self._rest, b""
        return rest


def renumbered_range(read: Callable[[int, int], bytes], shift: int, start: int, stop: int) -> bytes:
    """Return bytes [start, stop) of a body made of whole pages, with its page numbers moved by `shift`.

    `read(a, b)` gives bytes [a, b) of the stored body, fewer at its end. The page that holds `start` is found by
    looking back for one whose checksum is right.
    """
    if not shift or start >= stop:
        return read(start, stop)
    first = _page_start(read, start)
    data = read(first, stop + LONGEST_PAGE)
    renumberer = Renumberer(shift)
    return (renumberer.feed(data) + renumberer.finish())[start - first : stop - first]


def _page_start(read: Callable[[int, int], bytes], offset: int) -> int:
    """Return where the page begins that holds the byte at `offset`."""
    base = max(0, offset - LONGEST_PAGE)
    data = read(base, offset + LONGEST_PAGE)
    place = min(offset - base, len(data))
    while (place := data.rfind(b"OggS", 0, place + 4)) >= 0:
        length = page_length(data, place)
        if length is not None and is_page(data, place, length):
            return base + place
        place -= 1
    return 0


class Pages:
    """Lays audio packets out on pages of about a second; a packet never spans two pages."""

    def __init__(self, serial: int, number: int, packets_a_page: int) -> None:
        self._serial, self._number, self._most = serial, number, packets_a_page
        self._packets: list[bytes] = []
        self._lacing = b""
        self._granule = 0

    def add(self, packet: bytes, granule: int) -> bytes:
        """Take a packet and the granule position at its end; return the page it did not fit on any more."""
        lacing = lacing_of(len(packet))
        full = len(self._packets) == self._most or len(self._lacing) + len(lacing) > MOST_SEGMENTS
        done = self._close(0) if full else b""
        self._packets.append(packet)
        self._lacing += lacing
        self._granule = granule
        return done

    def finish(self, granule: int) -> bytes:
        """Return the last page, which ends at `granule`."""
        self._granule = granule
        return self._close(LAST)

    def _close(self, flags: int) -> bytes:
        done = page(self._serial, self._number, self._granule, flags, self._lacing, b"".join(self._packets))
        self._number += 1
        self._packets, self._lacing = [], b""
        return done


def pages_of(data: bytes) -> Iterator[bytes]:
    """Yield the whole pages in `data`."""
    place = 0
    while (length := page_length(data, place)) is not None and place + length <= len(data):
        yield data[place : place + length]
        place += length


def packets_of(pages: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the whole packets on the pages of one stream."""
    pending: list[bytes] = []
    for found in pages:
        place = 27 + found[26]
        for size in found[27:place]:
            pending.append(found[place : place + size])
            place += size
            if size < 255:
                yield b"".join(pending)
                pending = []
