"""ZIP archives of stored files (APPNOTE.TXT 6.3.10).

Files are not compressed: music does not shrink, and so every offset follows from the files' sizes. Names are UTF-8
(bit 11). Size and CRC stand behind each file (bit 3), for it may still be on its way when its header leaves. Files and
archives over 4 GiB use the ZIP64 records (4.3.14, 4.5.3).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from lathe.delivery.packings.base import Entry, Packing, Sums

LIMIT_32 = 0xFFFFFFFF
LIMIT_16 = 0xFFFF
_FLAGS = 0x0808
_VERSION, _VERSION_64 = 20, 45
_MADE_ON_UNIX = 3 << 8
_ORDINARY_FILE = 0o100644 << 16


class Zip(Packing):
    """Packs as ZIP."""

    name = "ZIP"
    suffix = "zip"
    media_type = "application/zip"
    needs_sizes = False
    needs_sums = True

    def before(self, entry: Entry, size: int | None) -> bytes:
        """The local header; size and CRC are not in it, whether known or not (4.3.7)."""
        path, is_large = entry.path.encode(), _is_large(entry)
        extra = struct.pack("<HHQQ", 1, 16, 0, 0) if is_large else b""
        blank = LIMIT_32 if is_large else 0
        version = _VERSION_64 if is_large else _VERSION
        sizes = (blank, blank, len(path), len(extra))
        return struct.pack("<4sHHHIIIIHH", b"PK\x03\x04", version, _FLAGS, 0, _stamp(entry), 0, *sizes) + path + extra

    def after(self, entry: Entry, sums: Sums) -> bytes:
        """The data descriptor: CRC and size (4.3.9)."""
        form = "<4sIQQ" if _is_large(entry) else "<4sIII"
        return struct.pack(form, b"PK\x07\x08", sums.crc32, sums.size, sums.size)

    def end(self, packed: Sequence[tuple[Entry, Sums]]) -> bytes:
        """The central directory and its end records (4.3.12 to 4.3.16)."""
        records, offset = [], 0
        for entry, sums in packed:
            records.append(_central(entry, sums, offset))
            offset += len(self.before(entry, sums.size)) + sums.size + len(self.after(entry, sums))
        directory = b"".join(records)
        return directory + _end_records(len(packed), len(directory), offset)


def _is_large(entry: Entry) -> bool:
    """Whether a file may pass 4 GiB; decided by its bound, so that its header is the same before its size is known."""
    return entry.most_bytes >= LIMIT_32


def _stamp(entry: Entry) -> int:
    at = entry.moment
    return ((at.year - 1980) << 9 | at.month << 5 | at.day) << 16 | at.hour << 11


def _central(entry: Entry, sums: Sums, offset: int) -> bytes:
    """A record of the central directory. One that needs 64 bits for its offset has its size so too: Info-ZIP's unzip
    6.0 mistakes the one for the other behind a file of exactly 2³²−1 bytes."""
    path, is_far = entry.path.encode(), offset >= LIMIT_32
    is_large = _is_large(entry) or is_far
    big = [sums.size] * 2 * is_large + [offset] * is_far
    extra = struct.pack(f"<HH{len(big)}Q", 1, 8 * len(big), *big) if big else b""
    size = LIMIT_32 if is_large else sums.size
    version = _VERSION_64 if big else _VERSION
    return (
        struct.pack(
            "<4sHHHHIIIIHHHHHII",
            *(b"PK\x01\x02", _MADE_ON_UNIX | version, version, _FLAGS, 0, _stamp(entry), sums.crc32, size, size),
            *(len(path), len(extra), 0, 0, 0, _ORDINARY_FILE, min(offset, LIMIT_32)),
        )
        + path
        + extra
    )


def _end_records(count: int, size: int, start: int) -> bytes:
    short, small_size, small_start = min(count, LIMIT_16), min(size, LIMIT_32), min(start, LIMIT_32)
    last = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, short, short, small_size, small_start, 0)
    if start < LIMIT_32 and size < LIMIT_32 and count < LIMIT_16:
        return last
    versions = (_MADE_ON_UNIX | _VERSION_64, _VERSION_64)
    large = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, *versions, 0, 0, count, count, size, start)
    return large + struct.pack("<4sIQI", b"PK\x06\x07", 0, start + size, 1) + last
