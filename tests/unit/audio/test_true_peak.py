"""The true peak against FFmpeg's ebur128 filter, and against the same without passing over anything."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from lathe.audio import decode
from lathe.audio.measure import measure
from lathe.audio.meters import true_peak
from lathe.audio.meters.stretch import Stretch
from lathe.audio.source import Source
from tests.contracts.audio import masters
from tests.plugins import programs

Real = npt.NDArray[np.float64]
SECONDS = 6
AGREED_DB = 0.1
FILTER_ROUNDS_TO_DB = 0.05
"""FFmpeg's summary has one decimal."""


def dice() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(11))


def band(rate: int, highest_hz: float) -> Real:
    """Noise up to `highest_hz`."""
    spectrum = np.fft.rfft(dice().normal(0, 1, (SECONDS * rate, 2)), axis=0)
    spectrum[np.fft.rfftfreq(SECONDS * rate, 1 / rate) > highest_hz] = 0
    noise = np.fft.irfft(spectrum, SECONDS * rate, axis=0)
    return np.asarray(0.6 * noise / np.abs(noise).max())


def tones(rate: int, highest_hz: float) -> Real:
    time = np.arange(SECONDS * rate)[:, None] / rate
    hertz = dice().uniform(50, highest_hz, 12)
    return np.asarray(sum(np.sin(2 * np.pi * one * time + np.arange(2) + one) for one in hertz) / 16)


def squashed(rate: int, highest_hz: float) -> Real:
    """What a hard limiter leaves: full scale most of the time."""
    return np.asarray(np.clip(8 * band(rate, highest_hz / 4), -0.9, 0.9))


def quiet_with_a_click(rate: int, highest_hz: float) -> Real:
    sound = 0.01 * band(rate, highest_hz)
    sound[2 * rate : 2 * rate + 9, 1] = -0.5 * np.hanning(9)
    return sound


SOUNDS = {"noise": band, "tones": tones, "squashed": squashed, "click": quiet_with_a_click}


def written(folder: Path, real: Real, rate: int, bits: int) -> Path:
    scale = 2 ** (bits - 1)
    whole = np.clip(np.rint(real * scale), -scale, scale - 1).astype(np.int16 if bits == 16 else np.int32)
    return masters.write(folder / "sound.flac", whole, rate, bits)


def by_ffmpeg(path: Path) -> dict[str, float]:
    """Integrated loudness, loudness range and true peak as the filter sums them up."""
    command = [programs.need("ffmpeg"), "-hide_banner", "-nostats", "-i", path]
    command += ["-filter:a", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stderr
    summary = said[said.rindex("Summary") :]
    names = {"I": r"I:\s+(\S+) LUFS", "LRA": r"LRA:\s+(\S+) LU", "peak": r"Peak:\s+(\S+) dBFS"}
    found = {name: re.search(pattern, summary) for name, pattern in names.items()}
    return {name: float(match[1]) for name, match in found.items() if match}


def agrees(path: Path) -> None:
    found, theirs = measure(path, decode.verify(path)), by_ffmpeg(path)
    within = AGREED_DB + FILTER_ROUNDS_TO_DB
    assert found.true_peak_dbtp == pytest.approx(theirs["peak"], abs=within)
    assert found.loudness_lufs == pytest.approx(theirs["I"], abs=within)
    assert found.loudness_range_lu == pytest.approx(theirs["LRA"], abs=within)


@pytest.mark.needs_program("ffmpeg")
@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 88_200, 96_000, 192_000])
@pytest.mark.parametrize("sound", SOUNDS)
def test_the_true_peak_is_that_of_ffmpeg(tmp_path: Path, sound: str, rate: int) -> None:
    real = SOUNDS[sound](rate, min(18_000.0, 0.4 * rate))
    agrees(written(tmp_path, real, rate, 16 if rate < 88_200 else 24))


@pytest.mark.needs_program("ffmpeg")
@pytest.mark.parametrize("path", masters.RECORDINGS, ids=lambda path: path.stem)
def test_the_figures_of_the_demo_are_those_of_ffmpeg(path: Path) -> None:
    agrees(path)


def test_a_peak_at_the_start_of_a_few_samples_is_found() -> None:
    sound = np.zeros((400, 1), np.int32)
    sound[100:102] = 2**22
    meter = true_peak.TruePeak(Source(48_000, 24, 1, 400))
    meter.feed(Stretch.of(sound).planes)
    assert meter.share == pytest.approx(0.5 * 4 / np.pi, rel=0.02)


@pytest.mark.parametrize("samples", [1, 2, 23, 24, 35, 54, 55, 56, 1023, 1047, 1048, 5000])
@pytest.mark.parametrize("channels", [1, 2])
def test_nothing_that_is_passed_over_is_higher(samples: int, channels: int) -> None:
    source = Source(48_000, 24, channels, samples)
    sound = np.rint(dice().normal(0, 2**19, (samples, channels))).astype(np.int32)
    meter = true_peak.TruePeak(source)
    for start in range(0, samples, 700):
        meter.feed(Stretch.of(sound[start : start + 700]).planes)
    meter.finish()
    assert meter.share == pytest.approx(everywhere(sound) / 2**23, rel=1e-5)


def everywhere(sound: npt.NDArray[np.int32]) -> float:
    """The highest of all points, four a sample, straight from the definition."""
    taps = true_peak.TAPS
    half = taps // 2
    highest = float(np.abs(sound).max())
    if len(sound) + half - 1 < taps:
        return highest
    before = np.pad(sound[:taps].astype(float), ((half - 1, 0), (0, 0)), mode="reflect")[: half - 1]
    after = sound[::-1][1 : half + 1]
    whole = np.concatenate((before, sound, after))
    spread = half * 4
    for phase in (1, 2, 3):
        weights = []
        for tap in range(taps):
            place = phase - 4 * (tap - half + 1)
            window = np.i0(true_peak.SHAPE * math.sqrt(1 - (place / spread) ** 2)) / np.i0(true_peak.SHAPE)
            weights.append(float(np.sinc(place / 4) * window))
        kernel = np.array(weights) / sum(weights)
        for channel in whole.T:
            highest = max(highest, float(np.abs(np.correlate(channel, kernel, "valid")).max()))
    return highest


def test_the_bound_is_the_most_that_full_scale_neighbours_can_give() -> None:
    between = true_peak.interpolator(4)
    worst = np.sign(between.matrix[:, 1])
    assert float(worst @ between.matrix[:, 1]) == pytest.approx(between.bound, rel=1e-6)
    assert 2.2 < between.bound < 2.4
