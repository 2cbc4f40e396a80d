"""What is known of a master without opening it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Source:
    """A stretch of PCM: sample rate in hertz, bits a sample (16 or 24), channels (1 to 8), samples a channel.

    What a master is cut to may have 32 bits: they are floating point (`pcm.FLOAT_BITS`).
    `pcm_md5` is the MD5, in hex, over the interleaved little-endian samples as FLAC's STREAMINFO counts it (RFC 9639,
    section 8.2); None where it is not known. `file_sha256`, in hex, names the file whose music was proven to have that
    MD5, as import does; None where nothing was proven. `is_excerpt`: the file goes on after these samples.
    """

    sample_rate_hz: int
    bits: int
    channels: int
    samples: int
    pcm_md5: str | None = None
    file_sha256: str | None = None
    is_excerpt: bool = False

    def first(self, samples: int) -> Source:
        """Return the beginning of it: so many samples, or all where it has no more."""
        if samples >= self.samples:
            return self
        return replace(self, samples=samples, pcm_md5=None, file_sha256=None, is_excerpt=True)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / self.sample_rate_hz

    @property
    def pcm_bytes(self) -> int:
        """Size of the interleaved samples, unpacked of any codec."""
        return self.samples * self.channels * (self.bits // 8)
