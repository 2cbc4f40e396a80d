"""AIFF and AIFF-C: the header before the samples and the tags behind them (Apple, Audio Interchange File Format 1.3,
1989, and AIFF-C draft, 1991).
"""

from __future__ import annotations

import struct

from lathe.audio.containers import id3
from lathe.audio.layouts import SPEAKERS
from lathe.audio.pcm import FLOAT_BITS
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

LARGEST = 2**32 - 1
_AIFF_C_VERSION = 0xA2805140
_FLOATS = b"fl32" + b"\x1532-bit floating point"
"""How AIFF-C names its samples: a code, and the same for people, counted and of even length as a whole."""
_BY_BITMAP = 0x10000
"""Tells in a `CHAN` chunk that the channels are those whose bits are set (Apple, Core Audio, AudioChannelLayout)."""


def header(pcm: Source, tail_bytes: int) -> bytes:
    """Return everything before the samples; `tail_bytes` is what follows them, their padding byte included."""
    floats = pcm.bits == FLOAT_BITS
    common = struct.pack(">HIH", pcm.channels, pcm.samples, pcm.bits) + _extended(pcm.sample_rate_hz)
    chunks = [_chunk(b"FVER", struct.pack(">I", _AIFF_C_VERSION))] if floats else []
    chunks.append(_chunk(b"COMM", common + _FLOATS if floats else common))
    if pcm.channels > 2:
        chunks.append(_chunk(b"CHAN", struct.pack(">III", _BY_BITMAP, SPEAKERS[pcm.channels], 0)))
    before = b"".join(chunks) + b"SSND" + struct.pack(">III", 8 + pcm.pcm_bytes, 0, 0)
    size = 4 + len(before) + pcm.pcm_bytes + tail_bytes
    return b"FORM" + struct.pack(">I", size) + (b"AIFC" if floats else b"AIFF") + before


def trailer(pcm: Source, tags: Tags, cover: Picture | None) -> bytes:
    """Return what follows the samples: the padding byte of an odd chunk, and an ID3v2.4 tag with cover."""
    return b"\0" * (pcm.pcm_bytes % 2) + _chunk(b"ID3 ", id3.tag(tags, cover))


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)


def _extended(number: int) -> bytes:
    """Return a whole number above 0 in the 80 bits of IEEE 754's extended precision."""
    exponent = number.bit_length() - 1
    return struct.pack(">HQ", 16383 + exponent, number << (63 - exponent))
