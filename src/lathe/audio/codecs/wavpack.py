"""WavPack: lossless blocks that each stand alone, with the tags at the end."""

from __future__ import annotations

import struct

from lathe.audio.codecs import settle
from lathe.audio.codecs.base import DeliveryClass, Option
from lathe.audio.codecs.lossless import LosslessPackets
from lathe.audio.containers import apev2
from lathe.audio.errors import FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.packets import Packing
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

MOST_SAMPLES = 2**32 - 2
LEAST_IN_A_BLOCK, MOST_IN_A_BLOCK = 40_000, 150_000
"""Samples of all channels together that FFmpeg puts into a block."""
BLOCK_OVERHEAD = 192
"""Bytes of a block's header and of what tells its decorrelation, for a pair of channels."""
_TOTAL_SAMPLES, _BLOCK_INDEX = 12, 16
"""Where a block holds the length of the whole stream and its own place (WavPack 4 and 5 binary file format, section 2).
"""
DEFAULT_LEVEL = 1
"""FFmpeg's own default is 0, as large as `wavpack -f`; 1 is smaller than the default and the `-h` of `wavpack`, and 2
takes three times as long for a twentieth less.
"""

LEVEL = Option(
    "level",
    "range",
    "How hard to look for a smaller file. The music is the same.",
    minimum=0,
    maximum=3,
    default=DEFAULT_LEVEL,
)


class WavPack(LosslessPackets):
    """WavPack of 16 or 24 bits and up to eight channels."""

    name = "wavpack"
    title = "WavPack"
    extension = "wv"
    media_type = "audio/x-wavpack"
    options: tuple[Option, ...] = (LEVEL, settle.BITS, settle.RATE)
    sentence = "The master bit for bit for players that prefer WavPack; a little larger than FLAC."
    trials: tuple[str, ...] = ("wavpack",)

    def conform(self, fmt: Format, source: Source) -> Format:
        """Settle bits and rate; refuse more samples than a block can count."""
        settled = super().conform(fmt, source)
        samples = self.output(settled, source).samples
        if samples > MOST_SAMPLES:
            raise FormatError(f"WavPack counts {MOST_SAMPLES} samples at most; this track has {samples}. Order FLAC.")
        return settled

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        """B: nothing stands before the body, and how long it gets is not known."""
        return "B"

    def packing(self, fmt: Format, source: Source) -> Blocks:
        return Blocks(fmt, self.output(fmt, source))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return no bytes: a WavPack file begins with its first block."""
        return b""

    def tail(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None) -> bytes:
        """Return an APEv2 tag, which readers look for at the end."""
        return apev2.tag(tags, cover)


class Blocks(Packing):
    """WavPack blocks by FFmpeg, one packet the blocks of all pairs of channels. Each says where it stands; the first
    ones say how long the music is.

    A block begins with what its encoder has learnt, so that it stands alone, and the better the longer that has
    listened. Other bytes come from one encoder than from many; from many up to a fortieth more.
    """

    encoder_name = "wavpack"
    planar = True
    run_up = 2

    def __init__(self, fmt: Format, pcm: Source) -> None:
        super().__init__(fmt, pcm, _block_samples(pcm), _ceiling_bytes(pcm))

    def options(self) -> dict[str, str]:
        return {"compression_level": str(self.fmt.number("level", DEFAULT_LEVEL))}

    def placed(self, packet: bytes, number: int) -> bytes:
        out, place = bytearray(packet), 0
        while place < len(out):
            if number == 0:
                struct.pack_into("<I", out, place + _TOTAL_SAMPLES, self.pcm.samples)
            struct.pack_into("<I", out, place + _BLOCK_INDEX, number * self.packet_samples)
            place += 8 + int.from_bytes(out[place + 4 : place + 8], "little")
        return bytes(out)


def _block_samples(pcm: Source) -> int:
    """Return the samples of a block as FFmpeg settles them: half a second where that is a whole number, else one;
    halved or doubled until all channels together have from 40 000 to 150 000.
    """
    samples = pcm.sample_rate_hz if pcm.sample_rate_hz % 2 else pcm.sample_rate_hz // 2
    while samples * pcm.channels > MOST_IN_A_BLOCK:
        samples //= 2
    while samples * pcm.channels < LEAST_IN_A_BLOCK:
        samples *= 2
    return samples


def _ceiling_bytes(pcm: Source) -> int:
    """Return the most bytes of all blocks: noise that cannot be packed grows by a seventieth, at most a sixteenth is
    allowed.
    """
    blocks = 1 + pcm.samples * pcm.channels // LEAST_IN_A_BLOCK
    return pcm.pcm_bytes * 17 // 16 + blocks * BLOCK_OVERHEAD * ((pcm.channels + 1) // 2)
