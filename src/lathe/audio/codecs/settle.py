"""What codecs share: the bits and rate options, how orders settle against a master."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lathe.audio.codecs.base import Option
from lathe.audio.errors import FormatError
from lathe.audio.order import Format
from lathe.audio.pcm import FLOAT_BITS
from lathe.audio.source import Source

BITS = Option("bits", "steps", "Bits a sample. Left out, the master's own.", values=(16, 24), unit="bits")
FLOAT = "32f"
BITS_OR_FLOAT = replace(
    BITS,
    sentence="Bits a sample. Left out, the master's own; 32f gives floating point, for work in a studio program.",
    values=(16, 24, FLOAT),
)
RATE = Option(
    "rate",
    "steps",
    "Sample rate. Left out, the master's own.",
    values=(44100, 48000, 88200, 96000, 176400, 192000),
    unit="Hz",
)


def conform(fmt: Format, source: Source) -> Format:
    """Drop bits and rate that equal the master's; refuse more of either than the master has (FormatError)."""
    bits, rate = bits_of(fmt, source.bits), fmt.number("rate", source.sample_rate_hz)
    if source.bits < bits < FLOAT_BITS:
        raise FormatError(
            f"The master has {source.bits} bits; {bits} bits would only add zeros. Order {source.bits} "
            "bits or leave bits out."
        )
    if rate > source.sample_rate_hz:
        raise FormatError(
            f"The master runs at {source.sample_rate_hz} Hz; {rate} Hz would only add emptiness. "
            f"Order {source.sample_rate_hz} Hz or less, or leave rate out."
        )
    same = [
        name
        for name, value, own in (("bits", bits, source.bits), ("rate", rate, source.sample_rate_hz))
        if value == own
    ]
    return fmt.without(*same)


def output(fmt: Format, source: Source) -> Source:
    """Return the PCM a lossless file decodes to; its MD5 is the master's where nothing is converted, else not known
    yet.
    """
    bits, rate = bits_of(fmt, source.bits), fmt.number("rate", source.sample_rate_hz)
    if (bits, rate) == (source.bits, source.sample_rate_hz):
        return source
    music = replace(source, bits=bits, sample_rate_hz=rate, samples=resampled(source, rate))
    return replace(music, pcm_md5=None, file_sha256=None)


def bits_of(fmt: Format, own: int) -> int:
    """Return the bits ordered, FLOAT_BITS for floating point, or the master's `own`."""
    return FLOAT_BITS if fmt.option("bits") == FLOAT else fmt.number("bits", own)


def resampled(source: Source, rate_hz: int) -> int:
    """Return how many samples the master has at another rate: rounded half up, and one at least."""
    return max(1, (2 * source.samples * rate_hz + source.sample_rate_hz) // (2 * source.sample_rate_hz))


def typical_share(pcm: Source) -> float:
    """Return the usual size of a lossless file as a share of the PCM's, by FLAC at its best: the low bits of 24 are
    mostly noise, which does not shrink.
    """
    return 0.56 if pcm.bits == 16 else 0.62


def label(title: str, fmt: Format, source: Source | None) -> str:
    """Return for example `FLAC 24/96`, or what the order alone tells where the master is not known."""
    bits = fmt.option("bits") or (source.bits if source else "")
    rate = fmt.number("rate", source.sample_rate_hz if source else 0)
    if bits and rate:
        return f"{title} {bits}/{kilohertz(rate)}"
    depth = "32-bit float" if bits == FLOAT else f"{bits}-bit"
    return " ".join([title, *([depth] if bits else []), *([f"{kilohertz(rate)} kHz"] if rate else [])])


def kilohertz(rate_hz: int) -> str:
    """Return a rate in kilohertz as people write it: 44.1, 96."""
    return f"{rate_hz / 1000:g}"


def refuse_surround(title: str, source: Source) -> None:
    """Refuse more than two channels. Raises FormatError that names what holds them: one lossy, two lossless formats."""
    if source.channels > 2:
        raise FormatError(
            f"{title} holds one or two channels; this master has {source.channels}. Order Opus, FLAC or WAV."
        )


def nearest_rate(title: str, rates: Sequence[int], master_hz: int) -> int:
    """Return the rate of a lossy file: the master's own, else the highest that divides it, else the highest below it.

    Raises FormatError where all are above it.
    """
    known = sorted(rates, reverse=True)
    fitting = [rate for rate in known if master_hz % rate == 0] or [rate for rate in known if rate < master_hz]
    if not fitting:
        raise FormatError(
            f"{title} starts at {known[-1]} Hz here; this master runs at {master_hz} Hz. Order FLAC or WAV."
        )
    return fitting[0]
