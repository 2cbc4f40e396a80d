"""Is this master what it says it is? A judgement from the samples and the spectrum, each doubt with its confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lathe.audio.meters.ends import Edges
from lathe.audio.meters.spectrum import Edge
from lathe.audio.source import Source

DoubtKind = Literal["silent", "lossy_born", "upsampled", "padded", "cut_off"]
Verdict = Literal[
    "lossless_hires", "lossless_narrow", "lossless_cd", "silent", "lossy_born", "upsampled", "padded", "cut_off"
]

CLIFF_DB = 15.0
"""Transcodes fall 15 to 38 dB within a few hundred hertz; instruments and rooms fall by 3, a sampled piano by 11."""
HIGHEST_LOSSY_HZ = 20_600
"""Above lies the converter's own filter at 44.1 kHz."""
EMPTY_ABOVE_DB = 30.0
"""Microphones and converters leave some noise above hearing; a resampler leaves none."""
NARROW_HZ = 30_000
"""A high rate whose sound ends below this holds little that a CD does not."""
CD_BITS = 16
CD_HIGHEST_RATE_HZ = 48_000
END_DB, START_DB = -12.0, -6.0
"""Music that still stands so near its level has not ended, or not begun, there."""
MOST_SURE_OF_END, MOST_SURE_OF_START = 0.9, 0.75
"""Movements that follow on each other without a pause, and percussion, do the same on purpose."""


@dataclass(frozen=True)
class Heard:
    """What the meters found: peak (1 is full scale), bits in use, the spectrum's upper end, the track's two ends."""

    peak: float
    bits_used: float
    edge: Edge
    ultrasonic_fall_db: float
    highest_hz: float
    edges: Edges


@dataclass(frozen=True)
class Doubt:
    """One thing that speaks against a master, how sure that is (0 to 1), and where a picture shows it.

    `at_hz` is a height in the spectrogram, `at_s` a moment of the track; None where it is no such thing.
    """

    kind: DoubtKind
    confidence: float
    at_hz: float | None = None
    at_s: float | None = None


@dataclass(frozen=True)
class Judgement:
    """The verdict, its confidence (0 to 1), and every doubt, the gravest first; the first one is the verdict."""

    verdict: Verdict
    confidence: float
    doubts: tuple[Doubt, ...] = ()


def judge(source: Source, heard: Heard) -> Judgement:
    """Judge a master. Facts of the samples are certain; spectra and ends only speak of likelihood."""
    if heard.peak == 0:
        return Judgement("silent", 1.0, (Doubt("silent", 1.0),))
    doubts = (*_spectral(source, heard), *_padded(source, heard), *_cut_off(source, heard.edges))
    if doubts:
        return Judgement(doubts[0].kind, doubts[0].confidence, doubts)
    hires_rate = source.sample_rate_hz > CD_HIGHEST_RATE_HZ
    clean = round(max(0.5, min(0.99, 1.0 - max(0.0, heard.edge.depth_db - 3) / 40)), 2)
    if hires_rate and heard.highest_hz < NARROW_HZ:
        return Judgement("lossless_narrow", clean)
    return Judgement("lossless_hires" if hires_rate or source.bits > CD_BITS else "lossless_cd", clean)


def _spectral(source: Source, heard: Heard) -> tuple[Doubt, ...]:
    """A cliff says what it was made from; emptiness above hearing then needs no second doubt."""
    edge = heard.edge
    if edge.depth_db >= CLIFF_DB and edge.hz <= HIGHEST_LOSSY_HZ:
        return (Doubt("lossy_born", _sure(0.5, edge.depth_db - CLIFF_DB), at_hz=edge.hz),)
    if source.sample_rate_hz > CD_HIGHEST_RATE_HZ and heard.ultrasonic_fall_db >= EMPTY_ABOVE_DB:
        return (Doubt("upsampled", _sure(0.6, heard.ultrasonic_fall_db - EMPTY_ABOVE_DB), at_hz=heard.highest_hz),)
    return ()


def _padded(source: Source, heard: Heard) -> tuple[Doubt, ...]:
    return (Doubt("padded", 1.0),) if source.bits > CD_BITS and heard.bits_used <= CD_BITS else ()


def _cut_off(source: Source, edges: Edges) -> tuple[Doubt, ...]:
    """The end first: it is the surer sign."""
    found = []
    if edges.end_db >= END_DB:
        sure = min(MOST_SURE_OF_END, _sure(0.6, edges.end_db - END_DB))
        found.append(Doubt("cut_off", sure, at_s=round(source.duration_s, 2)))
    if edges.start_db >= START_DB:
        sure = min(MOST_SURE_OF_START, _sure(0.5, edges.start_db - START_DB))
        found.append(Doubt("cut_off", sure, at_s=0.0))
    return tuple(found)


def _sure(least: float, beyond_db: float) -> float:
    """Grow from `least` at the threshold by a tenth for each 4 dB beyond it, to 0.99 at most."""
    return round(min(0.99, least + beyond_db / 40), 2)
