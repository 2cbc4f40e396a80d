"""True Audio (TTA): lossless and quick."""

from __future__ import annotations

from collections.abc import Sequence

from lathe.audio.codecs import settle
from lathe.audio.codecs.base import DeliveryClass, Option
from lathe.audio.codecs.lossless import LosslessPackets
from lathe.audio.containers import id3, tta
from lathe.audio.errors import FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.packets import Packing
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

CHANNELS = (1, 2, 4, 6)
"""Numbers of channels that players take for the layouts that FLAC has for them."""
OUTBURST_BYTES = 65_536
"""What a leap out of silence may take before the encoder has adapted."""


class Tta(LosslessPackets):
    """TTA1 of 16 or 24 bits."""

    name = "tta"
    title = "TTA"
    extension = "tta"
    media_type = "audio/x-tta"
    options: tuple[Option, ...] = (settle.BITS, settle.RATE)
    sentence = "The master bit for bit for players that know True Audio; where they do not, take FLAC."
    trials: tuple[str, ...] = ("tta",)

    def conform(self, fmt: Format, source: Source) -> Format:
        """Settle bits and rate; refuse more samples than the header can count, and speakers that players would take for
        others.
        """
        if source.channels not in CHANNELS:
            raise FormatError(
                f"TTA does not name its channels, and players know 1, 2, 4 or 6 alone; this master has "
                f"{source.channels}. Order FLAC or WAV."
            )
        settled = super().conform(fmt, source)
        samples = self.output(settled, source).samples
        if samples > tta.MOST_SAMPLES:
            raise FormatError(f"TTA counts {tta.MOST_SAMPLES} samples at most; this track has {samples}. Order FLAC.")
        return settled

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        """C: the seek table before the music lists the size of every frame."""
        return "C"

    def packing(self, fmt: Format, source: Source) -> Frames:
        return Frames(fmt, self.output(fmt, source))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return an ID3v2.4 tag, the header and the seek table."""
        if facts is None:
            raise FormatError(f"The head of {fmt} needs the facts of its body; encode it first.")
        return id3.tag(tags, cover) + tta.head(self.output(fmt, source), facts.frame_sizes)


class Frames(Packing):
    """TTA frames by FFmpeg; the seek table lists how long they are."""

    encoder_name = "tta"

    def __init__(self, fmt: Format, pcm: Source) -> None:
        super().__init__(fmt, pcm, tta.frame_samples(pcm.sample_rate_hz), _ceiling_bytes(pcm))

    def facts(self, sizes: Sequence[int], size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256, frame_sizes=tuple(sizes))


def _ceiling_bytes(pcm: Source) -> int:
    """Return the most bytes of all frames: sound that cannot be packed grows by an eighth, at most a quarter is
    allowed.
    """
    return pcm.pcm_bytes * 5 // 4 + OUTBURST_BYTES * pcm.channels
