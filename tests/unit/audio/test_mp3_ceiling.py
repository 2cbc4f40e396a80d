"""MP3 around an average bitrate, in the worst of sound."""

from __future__ import annotations

import numpy as np
import pytest

from lathe.audio import formats, plan
from lathe.audio.codecs import codec_of
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from tests.plugins.sampling import sample


def bursts(source: Source, period: int) -> Pcm:
    rng = np.random.Generator(np.random.PCG64(period))
    noise = rng.uniform(-1, 1, (source.samples, source.channels))
    return noise * (np.arange(source.samples) // period % 2)[:, None]


def clicks(source: Source, period: int) -> Pcm:
    pulses = np.zeros((source.samples, source.channels))
    pulses[::period] = 0.99
    return pulses


CASES = [
    (kbps, rate_hz, channels, sound, period)
    for kbps in (32, 64, 128, 192, 224, 256, 310)
    for rate_hz in (44_100, 48_000, 32_000, 22_050, 16_000)
    for channels in (1, 2)
    for sound in (bursts, clicks)
    for period in (200, 700, 1152)
]


@pytest.mark.parametrize(("kbps", "rate_hz", "channels", "sound", "period"), sample("mp3 ceiling", CASES, 24))
def test_an_average_bitrate_stays_below_its_ceiling(
    kbps: int, rate_hz: int, channels: int, sound: object, period: int
) -> None:
    source = Source(rate_hz, 16, channels, 2 * rate_hz)
    fmt = plan.conform(formats.parse(f"mp3:abr={kbps}"), source)
    pcm = np.rint(32_767 * sound(source, period)).astype(np.int16)  # type: ignore[operator]
    encoder = codec_of(fmt).encoder(fmt, source)
    body = encoder.feed(pcm) + encoder.finish()
    assert len(body) <= plan.body_size(fmt, source).ceiling_bytes
