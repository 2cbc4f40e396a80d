"""The TTA1 header and its seek table (True Audio, TTA1 format description)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from lathe.audio.source import Source

PCM = 1
MOST_SAMPLES = 2**32 - 1


def frame_samples(rate_hz: int) -> int:
    """Return the samples of a frame: 256/245 of a second."""
    return 256 * rate_hz // 245


def head(pcm: Source, frame_sizes: Sequence[int]) -> bytes:
    """Return the header and the seek table, each with its CRC-32."""
    header = struct.pack("<4sHHHII", b"TTA1", PCM, pcm.channels, pcm.bits, pcm.sample_rate_hz, pcm.samples)
    return _checked(header) + _checked(struct.pack(f"<{len(frame_sizes)}I", *frame_sizes))


def _checked(data: bytes) -> bytes:
    return data + struct.pack("<I", zlib.crc32(data))
