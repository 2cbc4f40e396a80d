"""Blocks of PCM and their bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Pcm: TypeAlias = npt.NDArray[Any]
"""Shape (samples, channels): int16; int32 holding 24-bit values; or float32 within about ±1."""

FLOAT_BITS = 32
"""Samples of 32 bits are floating point here, full scale at 1; integers have 16 or 24."""
_STORED: dict[int, type[np.number[Any]]] = {16: np.int16, 24: np.int32, FLOAT_BITS: np.float32}


def packed(block: Pcm, bits: int) -> bytes:
    """Return samples interleaved and little-endian: two bytes each for 16 bits, three for 24, four for floats."""
    stored = np.ascontiguousarray(block, dtype=np.dtype(dtype_of(bits)).newbyteorder("<"))
    return stored.view(np.uint8).reshape(-1, 4)[:, :3].tobytes() if bits == 24 else stored.tobytes()


def swapped(data: bytes, bits: int) -> bytes:
    """Return packed samples with their bytes the other way round: little-endian to big-endian and back."""
    if bits == 24:
        return np.frombuffer(data, np.uint8).reshape(-1, 3)[:, ::-1].tobytes()
    return np.frombuffer(data, f"u{bits // 8}").byteswap().tobytes()


def dtype_of(bits: int) -> type[np.number[Any]]:
    """Return the type that carries samples of 16 or 24 bits, or floats."""
    return _STORED[bits]


def centred(short: Pcm, size: int) -> Pcm:
    """Return at most `size` samples with as much silence on either side, where a window function lets them through."""
    missing = size - len(short)
    return np.pad(short, (missing // 2, missing - missing // 2))


def rechunked(pieces: Iterator[Pcm], size: int) -> Iterator[Pcm]:
    """Yield the same samples in blocks of `size`, the last one shorter."""
    waiting: list[Pcm] = []
    ready = 0
    for piece in pieces:
        waiting.append(piece)
        ready += len(piece)
        while ready >= size:
            joined = np.concatenate(waiting)
            yield joined[:size]
            waiting, ready = [joined[size:]], len(joined) - size
    if ready:
        yield np.concatenate(waiting)
