"""A stretch of bytes that a stranger wrote, read with a guard: whatever it states, no read goes past its end."""

from __future__ import annotations

from typing import BinaryIO, Literal

ByteOrder = Literal["big", "little"]


class OverrunError(Exception):
    """A length in the bytes leads past their end; `asked` and `left` are in bytes."""

    def __init__(self, asked: int, left: int) -> None:
        super().__init__(f"{asked} bytes are stated and {left} are there")
        self.asked, self.left = asked, left


class Window:
    """Reads `size` bytes of a stream from `start` on. Nothing is allocated before it is known to be there."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream = stream
        self._place, self._end = start, start + size
        stream.seek(start)

    @property
    def place(self) -> int:
        """Where the next byte lies in the stream."""
        return self._place

    @property
    def left(self) -> int:
        """Bytes up to the end."""
        return self._end - self._place

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes. Raises OverrunError where there are fewer."""
        if count > self.left:
            raise OverrunError(count, self.left)
        data = self._stream.read(count)
        if len(data) < count:
            raise OverrunError(count, len(data))
        self._place += count
        return data

    def skip(self, count: int) -> None:
        """Pass over the next `count` bytes. Raises OverrunError where there are fewer."""
        if count > self.left:
            raise OverrunError(count, self.left)
        self._place += count
        self._stream.seek(self._place)

    def number(self, width: int, order: ByteOrder = "big") -> int:
        """Return the next whole number of `width` bytes. Raises OverrunError."""
        return int.from_bytes(self.take(width), order)
