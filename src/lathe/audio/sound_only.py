"""A master as FFmpeg is shown it: the header that tells rate and bits, and the frames. Nothing else reaches it.

FFmpeg reads all that a file carries: it unpacks the frames of an ID3v2 tag and decodes pictures to learn their size,
and a picture of some kilobytes can unpack to a gigabyte.
"""

from __future__ import annotations

import io
from pathlib import Path

from lathe.audio.containers import flac
from lathe.audio.stated import Claim

READ_BYTES = 1 << 17
"""What FFmpeg asks for at a time."""


class SoundOnly(io.RawIOBase):
    """Reads the file at `path` as if it had STREAMINFO and no other metadata."""

    def __init__(self, path: Path, claim: Claim) -> None:
        super().__init__()
        self._head = flac.metadata([(flac.STREAMINFO, claim.streaminfo)])
        self._file = path.open("rb", buffering=0)
        self._shift = claim.blocks.music_start - len(self._head)
        self._size = max(len(self._head), path.stat().st_size - self._shift)
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes from here on, none at the end."""
        wanted = self._size - self._place if size < 0 else size
        data = self._head[self._place : self._place + wanted]
        if not data:
            self._file.seek(self._place + self._shift)
            data = self._file.read(wanted) or b""
        self._place += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def close(self) -> None:
        self._file.close()
        super().close()
