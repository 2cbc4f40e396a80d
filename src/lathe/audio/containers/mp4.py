"""MPEG-4 files of one audio track, with everything a player needs before the music (ISO/IEC 14496-12 and -14)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

LARGEST_32 = 2**32 - 1
_UNITY = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4
"""The language code `und`."""
_AUDIO = b"soun"


@dataclass(frozen=True)
class Track:
    """One track: its sample entry's box, rate in hertz, and the bytes of each packet in order.

    `frame_samples` are in every packet, `last_samples` in the last one. Of all these, `samples` count from `delay` on.
    """

    entry: bytes
    sample_rate_hz: int
    frame_samples: int
    last_samples: int
    delay: int
    samples: int
    sizes: Sequence[int]

    @property
    def length(self) -> int:
        """Samples in all packets together."""
        return (len(self.sizes) - 1) * self.frame_samples + self.last_samples

    @property
    def packets_a_chunk(self) -> int:
        """Packets in a chunk of about half a second."""
        return max(1, self.sample_rate_hz // (2 * self.frame_samples))


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box of the parts."""
    return struct.pack(">I", 8 + sum(map(len, parts))) + kind + b"".join(parts)


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """Return a box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def audio_entry(kind: bytes, channels: int, bits: int, rate_hz: int, details: bytes) -> bytes:
    """Return an audio sample entry around the codec's own box; its 16 bits for the rate are 0 where they are too few
    (section 12.2.3).
    """
    rate = rate_hz if rate_hz < 2**16 else 0
    return box(kind, bytes(6), struct.pack(">H8xHH4xI", 1, channels, bits, rate << 16), details)


def head(track: Track, ilst: bytes) -> bytes:
    """Return file type, movie and the start of the media data: all that stands before the packets."""
    kind = box(b"ftyp", b"M4A \0\0\2\0", b"M4A mp42isom")
    body = sum(track.sizes)
    data = (
        struct.pack(">I4sQ", 1, b"mdat", 16 + body) if 8 + body > LARGEST_32 else struct.pack(">I4s", 8 + body, b"mdat")
    )
    wide = body > LARGEST_32 - 2**28
    before = len(kind) + len(_movie(track, ilst, 0, wide)) + len(data)
    return kind + _movie(track, ilst, before, wide) + data


def _movie(track: Track, ilst: bytes, start: int, wide: bool) -> bytes:
    media = box(
        b"mdia",
        full_box(b"mdhd", 1, 0, struct.pack(">QQIQHH", 0, 0, track.sample_rate_hz, track.length, _UNDETERMINED, 0)),
        full_box(b"hdlr", 0, 0, bytes(4), _AUDIO, bytes(12), b"Sound\0"),
        box(b"minf", full_box(b"smhd", 0, 0, bytes(4)), _references(), _table(track, start, wide)),
    )
    known = struct.pack(">QQIIQ", 0, 0, 1, 0, track.samples)
    sound = struct.pack(">8xhhH2x", 0, 0, 0x100) + _UNITY + bytes(8)
    return box(
        b"moov",
        full_box(
            b"mvhd",
            1,
            0,
            struct.pack(">QQIQIH10x", 0, 0, track.sample_rate_hz, track.samples, 0x10000, 0x100),
            _UNITY,
            bytes(24),
            struct.pack(">I", 2),
        ),
        box(b"trak", full_box(b"tkhd", 1, 7, known, sound), _edits(track), media),
        box(b"udta", full_box(b"meta", 0, 0, full_box(b"hdlr", 0, 0, bytes(4), b"mdirappl", bytes(9)), ilst)),
    )


def _edits(track: Track) -> bytes:
    """Return an edit list where anything is to be left out."""
    if (track.delay, track.samples) == (0, track.length):
        return b""
    return box(b"edts", full_box(b"elst", 1, 0, struct.pack(">IQqHH", 1, track.samples, track.delay, 1, 0)))


def _references() -> bytes:
    """The media lie in this very file."""
    return box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1)))


def _table(track: Track, start: int, wide: bool) -> bytes:
    """The sample table: durations, chunks, sizes and offsets, which count from the file's first byte."""
    sizes, step = track.sizes, track.packets_a_chunk
    ends = [0, *accumulate(sizes)]
    offsets = [start + ends[first] for first in range(0, len(sizes), step)]
    width, kind = ("Q", b"co64") if wide else ("I", b"stco")
    return box(
        b"stbl",
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), track.entry),
        full_box(b"stts", 0, 0, _counted(_durations(track), "II")),
        full_box(b"stsc", 0, 0, _counted(_chunks(len(sizes), step), "III")),
        full_box(b"stsz", 0, 0, struct.pack(f">II{len(sizes)}I", 0, len(sizes), *sizes)),
        full_box(kind, 0, 0, struct.pack(f">I{len(offsets)}{width}", len(offsets), *offsets)),
    )


def _durations(track: Track) -> list[tuple[int, ...]]:
    """Return (packets, samples a packet) for each run of packets of one length."""
    if track.last_samples == track.frame_samples:
        return [(len(track.sizes), track.frame_samples)]
    whole = len(track.sizes) - 1
    runs: list[tuple[int, ...]] = [(whole, track.frame_samples)] if whole else []
    return [*runs, (1, track.last_samples)]


def _chunks(packets: int, step: int) -> list[tuple[int, ...]]:
    """Return (first chunk, packets a chunk, sample entry) for the whole chunks and a shorter last one."""
    whole, rest = divmod(packets, step)
    runs: list[tuple[int, ...]] = [(1, step, 1)] if whole else []
    return [*runs, (whole + 1, rest, 1)] if rest else runs


def _counted(rows: list[tuple[int, ...]], fields: str) -> bytes:
    return struct.pack(">I", len(rows)) + b"".join(struct.pack(f">{fields}", *row) for row in rows)
