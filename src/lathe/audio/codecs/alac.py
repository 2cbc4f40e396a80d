"""Apple Lossless in m4a."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from lathe.audio.codecs import settle
from lathe.audio.codecs.base import DeliveryClass, Option
from lathe.audio.codecs.lossless import LosslessPackets
from lathe.audio.containers import itunes, mp4
from lathe.audio.errors import FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.packets import Packing
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

FRAME = 4096
CHANNELS = (1, 2, 3, 5, 6)
"""Layouts that Apple's and FLAC's orders of channels have in common."""
LONGEST_RICE = 255


class Alac(LosslessPackets):
    """ALAC of 16 or 24 bits in packets of 4096 samples."""

    name = "alac"
    title = "ALAC"
    extension = "m4a"
    media_type = "audio/mp4"
    options: tuple[Option, ...] = (settle.BITS, settle.RATE)
    sentence = "The master bit for bit as Apple's music library wants it; a little larger than FLAC."
    trials: tuple[str, ...] = ("alac",)
    beside_flac = 1.02

    def conform(self, fmt: Format, source: Source) -> Format:
        """Settle bits and rate; refuse layouts that ALAC has no name for."""
        if source.channels not in CHANNELS:
            raise FormatError(
                f"ALAC holds 1, 2, 3, 5 or 6 channels here; this master has {source.channels}. Order FLAC or WAV."
            )
        return super().conform(fmt, source)

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        """C: the movie box before the music lists the size of every packet."""
        return "C"

    def packing(self, fmt: Format, source: Source) -> Packets:
        return Packets(fmt, self.output(fmt, source))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        if facts is None:
            raise FormatError(f"The head of {fmt} needs the facts of its body; encode it first.")
        pcm = self.output(fmt, source)
        entry = mp4.audio_entry(b"alac", pcm.channels, pcm.bits, pcm.sample_rate_hz, _cookie(pcm, facts))
        last = pcm.samples - (_packets(pcm) - 1) * FRAME
        track = mp4.Track(entry, pcm.sample_rate_hz, FRAME, last, 0, pcm.samples, facts.frame_sizes)
        return mp4.head(track, itunes.ilst(tags, cover))


class Packets(Packing):
    """ALAC packets by FFmpeg; the movie box lists how long they are."""

    encoder_name = "alac"
    planar = True

    def __init__(self, fmt: Format, pcm: Source) -> None:
        super().__init__(fmt, pcm, FRAME, _ceiling_bytes(pcm))

    def facts(self, sizes: Sequence[int], size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256, frame_sizes=tuple(sizes))


def _cookie(pcm: Source, facts: BodyFacts) -> bytes:
    """Return the box of the ALACSpecificConfig with the parameters FFmpeg's encoder works by."""
    average = facts.size_bytes * 8 * pcm.sample_rate_hz // pcm.samples
    config = struct.pack(
        ">IBBBBBBHIII",
        FRAME,
        0,
        pcm.bits,
        *(40, 10, 14),
        pcm.channels,
        LONGEST_RICE,
        max(facts.frame_sizes),
        min(average, 2**32 - 1),
        pcm.sample_rate_hz,
    )
    return mp4.full_box(b"alac", 0, 0, config)


def _packets(pcm: Source) -> int:
    return -(-pcm.samples // FRAME)


def _ceiling_bytes(pcm: Source) -> int:
    """Return the bytes of all packets verbatim, which the encoder falls back to rather than write a longer one: an
    element header a channel at most, and the end mark.
    """
    return pcm.pcm_bytes + _packets(pcm) * (8 * pcm.channels + 4)
