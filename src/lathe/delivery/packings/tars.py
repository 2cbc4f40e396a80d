"""Tar archives in the pax form of POSIX.1-2001, for those who unpack while they fetch. Names are UTF-8 of any length.

A file's size stands before it, so each file is finished before any of it is sent, unless its size follows from its
format.
"""

from __future__ import annotations

import tarfile
from collections.abc import Sequence

from lathe.delivery.packings.base import Entry, Packing, Sums

_NOTHING_MORE = bytes(2 * tarfile.BLOCKSIZE)


class Tar(Packing):
    """Packs as tar."""

    name = "tar"
    suffix = "tar"
    media_type = "application/x-tar"
    needs_sizes = True
    needs_sums = False

    def before(self, entry: Entry, size: int | None) -> bytes:
        if size is None:
            raise ValueError(f"The size of {entry.path} stands before it in a tar, and is not known.")
        header = tarfile.TarInfo(entry.path)
        header.size, header.mtime = size, int(entry.moment.timestamp())
        return header.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")

    def after(self, entry: Entry, sums: Sums) -> bytes:
        return bytes(-sums.size % tarfile.BLOCKSIZE)

    def end(self, packed: Sequence[tuple[Entry, Sums]]) -> bytes:
        return _NOTHING_MORE
