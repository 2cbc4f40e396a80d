"""What an encode leaves behind besides its bytes."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any


@dataclass(frozen=True)
class Mark:
    """Where a body can be gone on with, though nothing before it was made.

    `part` begins there with its `unit` (a frame, packet or sample of the whole body), `offset_bytes` from the body's
    first byte. MP3 alone: `reservoir_bytes` stand before that frame, where `attainable_bytes` could.
    """

    part: int
    unit: int
    offset_bytes: int
    reservoir_bytes: int = 0
    attainable_bytes: int = 0


BEGINNING = Mark(0, 0, 0)


@dataclass(frozen=True)
class BodyFacts:
    """Facts of a finished body; heads of class C are written from them. JSON-able through `to_dict` and `from_dict`.

    size_bytes, sha256 (hex): of the body alone, without head and tail.
    pcm_md5: MD5 (hex) of the PCM a lossless body decodes to; None for lossy ones.
    min_frame_bytes, max_frame_bytes: smallest and largest coded frame; 0 where the codec has no use for them.
    seek: (sample, byte offset within the body) of frames about ten seconds apart; () where the codec has no use for
    them.
    toc: byte offset within the body of each hundredth of the frames (MP3 VBR); () elsewhere.
    frame_sizes: bytes of every coded frame where the head lists them (m4a, TTA); () elsewhere. JSON holds them packed.
    marks: where the body can be gone on with, in order; () for one that can only be made from its first byte.
    """

    size_bytes: int
    sha256: str
    pcm_md5: str | None = None
    min_frame_bytes: int = 0
    max_frame_bytes: int = 0
    seek: tuple[tuple[int, int], ...] = ()
    toc: tuple[int, ...] = ()
    frame_sizes: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        marks = [list(astuple(mark)) for mark in self.marks]
        return {**asdict(self), "frame_sizes": _packed(self.frame_sizes), "marks": marks}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> BodyFacts:
        """Rebuild facts from `to_dict`, also after a trip through JSON."""
        known = dict(values)
        known["seek"] = tuple((int(sample), int(offset)) for sample, offset in known.get("seek", ()))
        known["toc"] = tuple(int(offset) for offset in known.get("toc", ()))
        known["frame_sizes"] = _unpacked(known.get("frame_sizes", ""))
        known["marks"] = tuple(Mark(*values) for values in known.get("marks", ()))
        return cls(**known)


def _packed(sizes: Sequence[int]) -> str:
    """Pack the sizes into text: an hour of AAC has 155 000 frames."""
    return b64encode(zlib.compress(struct.pack(f">{len(sizes)}I", *sizes))).decode("ascii") if sizes else ""


def _unpacked(text: str) -> tuple[int, ...]:
    data = zlib.decompress(b64decode(text)) if text else b""
    return struct.unpack(f">{len(data) // 4}I", data)
