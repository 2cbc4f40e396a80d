"""RIFF/WAVE: the header before the samples and the chunks of tags behind them (Microsoft and IBM, 1991)."""

from __future__ import annotations

import struct

from lathe.audio.containers import id3
from lathe.audio.layouts import SPEAKERS
from lathe.audio.pcm import FLOAT_BITS
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags, clean

LARGEST = 2**32 - 1
_IN_DS64 = b"\xff" * 4
"""A length that is told elsewhere."""
_DS64_BYTES = 8 + 28
PCM, FLOATS, EXTENSIBLE = 1, 3, 0xFFFE
_GUID_REST = bytes.fromhex("000000001000800000aa00389b71")
"""What follows the plain format's number where the extensible one names it."""


def header(pcm: Source, tail_bytes: int) -> bytes:
    """Return everything before the samples; `tail_bytes` is what follows them, their padding byte included.

    Over 4 GiB the file is RF64, whose `ds64` chunk holds the lengths (EBU Tech 3306, section 3).
    """
    chunk = _chunk(b"fmt ", _format(pcm)) + _fact(pcm)
    size = 4 + len(chunk) + 8 + pcm.pcm_bytes + tail_bytes
    if size > LARGEST:
        lengths = struct.pack("<QQQI", size + _DS64_BYTES, pcm.pcm_bytes, pcm.samples, 0)
        start = b"RF64" + _IN_DS64 + b"WAVE" + _chunk(b"ds64", lengths)
        return start + chunk + b"data" + _IN_DS64
    start = b"RIFF" + struct.pack("<I", size) + b"WAVE"
    return start + chunk + b"data" + struct.pack("<I", pcm.pcm_bytes)


def _format(pcm: Source) -> bytes:
    """Return the body of the format chunk; more than two channels or integers of more than 16 bits ask for the
    extensible one, all but plain PCM for the length of what follows.
    """
    floats, frame = pcm.bits == FLOAT_BITS, pcm.channels * pcm.bits // 8
    kind = FLOATS if floats else PCM
    extensible = pcm.channels > 2 or (pcm.bits > 16 and not floats)
    stated = EXTENSIBLE if extensible else kind
    form = struct.pack("<HHIIHH", stated, pcm.channels, pcm.sample_rate_hz, pcm.sample_rate_hz * frame, frame, pcm.bits)
    if extensible:
        return form + struct.pack("<HHIH", 22, pcm.bits, SPEAKERS[pcm.channels], kind) + _GUID_REST
    return form + bytes(2) if floats else form


def _fact(pcm: Source) -> bytes:
    """Return the chunk with the number of samples that all but integers have to state; past 32 bits `ds64` knows."""
    return _chunk(b"fact", struct.pack("<I", min(pcm.samples, LARGEST))) if pcm.bits == FLOAT_BITS else b""


def trailer(pcm: Source, tags: Tags, cover: Picture | None) -> bytes:
    """Return what follows the samples: the padding byte of an odd data chunk, LIST INFO, an ID3v2.4 tag with cover."""
    info = b"INFO" + b"".join(_chunk(name, text.encode() + b"\0") for name, text in _info(tags) if text)
    return b"\0" * (pcm.pcm_bytes % 2) + _chunk(b"LIST", info) + _chunk(b"id3 ", id3.tag(tags, cover))


def _info(tags: Tags) -> list[tuple[bytes, str]]:
    track = "" if tags.track_number is None else str(tags.track_number)
    pairs = [
        (b"INAM", tags.title),
        (b"IART", "; ".join(tags.artists)),
        (b"IPRD", tags.album),
        (b"ITRK", track),
        (b"ICRD", tags.date),
        (b"IGNR", tags.genre),
        (b"ICOP", tags.copyright),
        (b"ICMT", tags.comment),
    ]
    return [(name, clean(text)) for name, text in pairs]


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
