"""What can be measured of a master in one pass, and its spectrogram.

Memory does not grow with the length of the track.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lathe.audio import decode
from lathe.audio.meters.ends import Ends
from lathe.audio.meters.levels import DynamicRange, Envelope, Levels, decibels
from lathe.audio.meters.loudness import Loudness
from lathe.audio.meters.picture import Spectrogram
from lathe.audio.meters.spectrum import Spectrum
from lathe.audio.meters.stretch import Stretch
from lathe.audio.meters.true_peak import TruePeak
from lathe.audio.meters.verdict import Doubt, Heard, Verdict, judge
from lathe.audio.source import Source

WIDTH, HEIGHT = 960, 300
"""Of a spectrogram, in pixels."""
REFERENCE_LUFS = -18.0
"""What ReplayGain 2.0 brings music to."""


@dataclass(frozen=True)
class Measurement:
    """Figures of one master.

    loudness_lufs: integrated, EBU R128; None for silence and under 0.4 s. loudness_range_lu: EBU Tech 3342.
    true_peak_dbtp: BS.1770, never below the sample peak; None for silence. sample_peak_dbfs: -200 for digital
    silence. dynamic_range_dr: None under six seconds. dc_offset: share of full scale. clipped_samples: at full scale in
    runs of three and more. envelope and peaks: 1400 figures each, 0 to 255, of the loudest stretch and of full scale.
    bits_used: counted from the top. highest_sound_hz: where the sound ends. edge_hz and edge_db: the steepest fall of
    the spectrum above 10 kHz. start_db and end_db: the level of the very ends beside the second next to them.
    verdict and confidence (0 to 1): whether it is what it says; doubts: all that speaks against it, the gravest first.
    """

    loudness_lufs: float | None
    true_peak_dbtp: float | None
    sample_peak_dbfs: float
    loudness_range_lu: float
    dynamic_range_dr: int | None
    dc_offset: float
    clipped_samples: int
    envelope: tuple[int, ...]
    peaks: tuple[int, ...]
    bits_used: float
    highest_sound_hz: float
    verdict: Verdict
    confidence: float
    edge_hz: float
    edge_db: float
    start_db: float
    end_db: float
    doubts: tuple[Doubt, ...]

    @property
    def replaygain_db(self) -> float | None:
        """What a player adds to bring the track to -18 LUFS (ReplayGain 2.0); None where it has no loudness."""
        return None if self.loudness_lufs is None else round(REFERENCE_LUFS - self.loudness_lufs, 2)

    @property
    def replaygain_peak(self) -> float:
        """The true peak as ReplayGain states it: 1 is full scale."""
        return 0.0 if self.true_peak_dbtp is None else round(10 ** (self.true_peak_dbtp / 20), 6)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return asdict(self) | {"replaygain_db": self.replaygain_db, "replaygain_peak": self.replaygain_peak}


class Meters:
    """All meters over one master. Feed blocks of `block` samples, the last one shorter; then ask for the result."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.block = DynamicRange.BLOCK_S * source.sample_rate_hz
        self._levels, self._envelope, self._dynamics = Levels(source), Envelope(source), DynamicRange(source)
        self._loudness, self._true_peak = Loudness(source), TruePeak(source)
        self._spectrum, self._ends = Spectrum(source, self.block), Ends(source)

    def feed(self, stretch: Stretch) -> None:
        """Take the next block."""
        for meter in (self._levels, self._envelope, self._dynamics):
            meter.feed(stretch)
        self._loudness.feed(stretch.pcm)
        self._true_peak.feed(stretch.planes)
        self._spectrum.feed(stretch.planes)
        self._ends.feed(stretch.planes)

    def result(self) -> Measurement:
        """Return the figures of all that was fed, which must be the whole master."""
        self._loudness.finish()
        self._true_peak.finish()
        levels, spectrum = self._levels, self._spectrum
        edge = spectrum.edge()
        highest, ends = spectrum.highest_hz(), self._ends.edges
        heard = Heard(levels.peak, levels.bits_used, edge, spectrum.ultrasonic_fall_db(), highest, ends)
        judged = judge(self._source, heard)
        return Measurement(
            loudness_lufs=self._loudness.lufs,
            true_peak_dbtp=decibels(self._true_peak.share) if levels.peak else None,
            sample_peak_dbfs=decibels(levels.peak),
            loudness_range_lu=self._loudness.range_lu,
            dynamic_range_dr=self._dynamics.value,
            dc_offset=levels.dc_offset,
            clipped_samples=levels.clipped_samples,
            envelope=self._envelope.values(),
            peaks=self._envelope.peaks(),
            bits_used=levels.bits_used,
            highest_sound_hz=highest if levels.peak else 0.0,
            verdict=judged.verdict,
            confidence=judged.confidence,
            edge_hz=edge.hz,
            edge_db=edge.depth_db,
            start_db=ends.start_db,
            end_db=ends.end_db,
            doubts=judged.doubts,
        )


def measure(path: Path | str, source: Source, progress: Callable[[float], None] | None = None) -> Measurement:
    """Measure a whole master in one pass. `progress` is told the share done, 0 to 1. Raises SourceError."""
    meters, done = Meters(source), 0
    for pcm in decode.pcm_blocks(path, block=meters.block):
        meters.feed(Stretch.of(pcm))
        done += len(pcm)
        if progress:
            progress(min(1.0, done / source.samples))
    return meters.result()


def spectrogram(path: Path | str, source: Source, width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """Return a PNG of the left channel that is alpha only, to be used as a mask: time across, 0 to half the rate
    upwards.

    The loudest spot is opaque and 90 dB below it nothing is seen. Raises SourceError.
    """
    picture = Spectrogram(source.samples, width, height)
    for block in decode.pcm_blocks(path):
        picture.feed(block[:, 0].astype(np.float32))
    picture.finish()
    return picture.png()
