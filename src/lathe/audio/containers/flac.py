"""FLAC's metadata blocks (RFC 9639, section 8)."""

from __future__ import annotations

import struct

from lathe.audio.errors import FormatError
from lathe.audio.source import Source

STREAMINFO, SEEKTABLE, COMMENT, PICTURE = 0, 3, 4, 6
LONGEST_BLOCK = 2**24 - 1


def streaminfo(pcm: Source, block_samples: int, frame_bytes: tuple[int, int], md5_hex: str) -> bytes:
    """Return the STREAMINFO body; `frame_bytes` are the smallest and largest frame, 0 for not known."""
    smallest, largest = frame_bytes
    packed = pcm.sample_rate_hz << 44 | (pcm.channels - 1) << 41 | (pcm.bits - 1) << 36 | pcm.samples
    sizes = struct.pack(">HH", block_samples, block_samples) + smallest.to_bytes(3, "big") + largest.to_bytes(3, "big")
    return sizes + packed.to_bytes(8, "big") + bytes.fromhex(md5_hex)


def seektable(points: tuple[tuple[int, int], ...], block_samples: int) -> bytes:
    """Return the SEEKTABLE body for (sample, byte offset) pairs."""
    return b"".join(struct.pack(">QQH", sample, offset, block_samples) for sample, offset in points)


def metadata(blocks: list[tuple[int, bytes]]) -> bytes:
    """Return the stream marker and the blocks, the last one marked as last."""
    out = [b"fLaC"]
    for place, (kind, body) in enumerate(blocks, 1):
        if len(body) > LONGEST_BLOCK:
            raise FormatError(
                f"A FLAC block holds at most {LONGEST_BLOCK} bytes; the picture or tags need {len(body)}. "
                "Use a smaller cover."
            )
        last = 0x80 if place == len(blocks) else 0
        out += [bytes([last | kind]), len(body).to_bytes(3, "big"), body]
    return b"".join(out)
