"""FLAC files made by hand, byte for byte, to say what no honest program writes."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from pathlib import Path

from lathe.audio.containers.flac import COMMENT, PICTURE
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master

PADDING = 1
_HEAD_BYTES = 42


def music(folder: Path) -> bytes:
    """Return an honest master: the marker, STREAMINFO, a comment block by FFmpeg, frames."""
    return masters.make(folder, Master("crafted")).read_bytes()


def with_blocks(honest: bytes, *blocks: tuple[int, bytes]) -> bytes:
    """Put metadata blocks behind STREAMINFO in place of those that are there."""
    head, rest = honest[:_HEAD_BYTES], frames(honest)
    bodies = [bytes([kind]) + len(body).to_bytes(3, "big") + body for kind, body in blocks]
    if bodies:
        bodies[-1] = bytes([bodies[-1][0] | 0x80]) + bodies[-1][1:]
    return head[:4] + (b"\0" if bodies else b"\x80") + head[5:] + b"".join(bodies) + rest


def frames(honest: bytes) -> bytes:
    """Return what follows the metadata."""
    place, last = 4, False
    while not last:
        last = honest[place] >= 0x80
        place += 4 + int.from_bytes(honest[place + 1 : place + 4], "big")
    return honest[place:]


def comment(*lines: bytes, count: int | None = None, vendor: bytes = b"hand") -> tuple[int, bytes]:
    """Return a comment block that states `count` lines."""
    stated = len(lines) if count is None else count
    body = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", stated)
    return COMMENT, body + b"".join(struct.pack("<I", len(line)) + line for line in lines)


def picture(
    data: bytes, *, stated: int | None = None, media_type: bytes = b"image/png", kind: int = 3
) -> tuple[int, bytes]:
    """Return a picture block that states `stated` bytes of picture."""
    head = struct.pack(">II", kind, len(media_type)) + media_type + struct.pack(">I", 0)
    return PICTURE, head + struct.pack(">IIIII", 1, 1, 24, 0, len(data) if stated is None else stated) + data


@cache
def png_bomb(side: int) -> bytes:
    """Return a black PNG of `side` by `side` pixels: some kilobytes that unpack to three bytes a pixel."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + 3 * side)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def id3_bomb(size: int) -> bytes:
    """Return an ID3v2.4 tag with one frame, packed by zlib, that unpacks to `size` bytes."""
    packed = _syncsafe(size) + zlib.compress(bytes(size), 9)
    frame = b"APIC" + _syncsafe(len(packed)) + b"\0\x09" + packed
    return b"ID3\x04\0\0" + _syncsafe(len(frame)) + frame


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
