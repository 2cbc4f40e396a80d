"""WAV: the samples as they are."""

from __future__ import annotations

from lathe.audio.codecs.plain import PlainSamples
from lathe.audio.containers import riff
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags


class Wav(PlainSamples):
    """WAV with integers of 16 or 24 bits or with floats; RF64 where it is longer than 4 GiB."""

    name = "wav"
    title = "WAV"
    extension = "wav"
    media_type = "audio/wav"
    big = False
    sentence = "Every sample as it is. Plays everywhere, takes the most room."
    trials: tuple[str, ...] = ("wav",)

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        return riff.header(self.output(fmt, source), len(self.tail(fmt, source, tags, cover)))

    def tail(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None) -> bytes:
        """Return LIST INFO and an `id3 ` chunk with everything else."""
        return riff.trailer(self.output(fmt, source), tags, cover)
