"""How the ceiling of a body is kept."""

from __future__ import annotations

from lathe.audio.errors import EncodeError
from lathe.audio.order import Format


class Budget:
    """The promise that a body stays below its ceiling, kept for codecs whose own limits lie far above it."""

    def __init__(self, fmt: Format, ceiling_bytes: int) -> None:
        self._fmt, self._left, self._ceiling = fmt, ceiling_bytes, ceiling_bytes

    def spend(self, data: bytes) -> bytes:
        """Return the data. Raises EncodeError where they would pass the ceiling."""
        self._left -= len(data)
        if self._left < 0:
            raise EncodeError(
                f"This music does not fit into {self._fmt} within the {self._ceiling} bytes that were promised. "
                "Order FLAC."
            )
        return data
