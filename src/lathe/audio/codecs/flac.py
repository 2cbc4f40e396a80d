"""FLAC: lossless and about half the size, with the checksum of the music inside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from lathe.audio.codecs import settle
from lathe.audio.codecs.base import DeliveryClass, Option
from lathe.audio.codecs.lossless import LosslessPackets
from lathe.audio.containers import flac, flac_frames, vorbis_comment
from lathe.audio.errors import FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.packets import Packing
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

BLOCK = 4096
"""Samples a frame."""
SEEK_EVERY_S = 10
LEVEL = Option(
    "level", "range", "How hard to look for a smaller file. The music is the same.", minimum=0, maximum=8, default=8
)
NO_MD5 = "0" * 32


class Flac(LosslessPackets):
    """FLAC in the streamable subset: blocks of 4096 samples, numbered by frame."""

    name = "flac"
    title = "FLAC"
    extension = "flac"
    media_type = "audio/flac"
    options: tuple[Option, ...] = (LEVEL, settle.BITS, settle.RATE)
    sentence = "The master bit for bit in about half the room, with a checksum to prove it."
    trials: tuple[str, ...] = ("flac",)

    def packing(self, fmt: Format, source: Source) -> Frames:
        return Frames(fmt, self.output(fmt, source))

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        """B where the music's MD5 is known beforehand, else C."""
        return "B" if self.output(fmt, source).pcm_md5 else "C"

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return all metadata blocks. In class B they do not depend on `facts`: no seek table, frame sizes unknown."""
        pcm, pairs = self.output(fmt, source), vorbis_comment.fields(tags) + vorbis_comment.replaygain(tags)
        comment = (flac.COMMENT, vorbis_comment.comments(pairs))
        pictures = [(flac.PICTURE, vorbis_comment.picture(cover))] if cover else []
        if pcm.pcm_md5:
            return flac.metadata(
                [(flac.STREAMINFO, flac.streaminfo(pcm, BLOCK, (0, 0), pcm.pcm_md5)), comment, *pictures]
            )
        if facts is None:
            raise FormatError(f"The head of {fmt} needs the facts of its body; encode it first.")
        sizes = (facts.min_frame_bytes, facts.max_frame_bytes)
        info = (flac.STREAMINFO, flac.streaminfo(pcm, BLOCK, sizes, facts.pcm_md5 or NO_MD5))
        return flac.metadata([info, (flac.SEEKTABLE, flac.seektable(facts.seek, BLOCK)), comment, *pictures])


class Frames(Packing):
    """FLAC frames by FFmpeg: only their number tells where they stand."""

    encoder_name = "flac"

    def __init__(self, fmt: Format, pcm: Source) -> None:
        super().__init__(fmt, pcm, BLOCK, _ceiling_bytes(pcm))

    def options(self) -> dict[str, str]:
        return {"frame_size": str(BLOCK), "compression_level": str(self.fmt.number("level", 8))}

    def placed(self, packet: bytes, number: int) -> bytes:
        return flac_frames.renumbered(packet, number)

    def facts(self, sizes: Sequence[int], size_bytes: int, sha256: str) -> BodyFacts:
        """Return what STREAMINFO and the seek table need."""
        every = -(-SEEK_EVERY_S * self.pcm.sample_rate_hz // BLOCK)
        starts = [0, *accumulate(sizes)]
        seek = tuple((number * BLOCK, starts[number]) for number in range(0, len(sizes), every))
        return BodyFacts(size_bytes, sha256, None, min(sizes), max(sizes), seek)


def _ceiling_bytes(pcm: Source) -> int:
    """Return the bytes of all frames verbatim, which the encoder falls back to rather than write a longer one."""
    whole, rest = divmod(pcm.samples, BLOCK)
    return whole * _longest_frame(pcm, BLOCK) + (_longest_frame(pcm, rest) if rest else 0)


def _longest_frame(pcm: Source, samples: int) -> int:
    """Bytes of a frame with every subframe verbatim: header, subframe headers, samples (one channel of a pair a bit
    wider), CRC.
    """
    bits = pcm.bits * pcm.channels + (1 if pcm.channels == 2 else 0)
    return 18 + pcm.channels * ((14 + pcm.bits) // 8) + (bits * samples + 7) // 8
