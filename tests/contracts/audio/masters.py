"""Masters made for tests: small FLAC files written by FFmpeg, not by the code under test."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from lathe.audio.layouts import LAYOUTS
from lathe.audio.pcm import Pcm

BLOCK = 4096


@dataclass(frozen=True)
class Master:
    """What to make: rate in hertz, bits, channels, samples, and what sounds."""

    name: str
    rate_hz: int = 44100
    bits: int = 16
    channels: int = 2
    samples: int = 66_150
    sound: str = "music"


MASTERS = (
    Master("cd"),
    Master("cd mono", channels=1, samples=44_101),
    Master("hires", rate_hz=96_000, bits=24, samples=100_003),
    Master("hires 88.2", rate_hz=88_200, bits=24, samples=88_211),
    Master("studio", rate_hz=48_000, bits=24, channels=1, samples=48_001),
    Master("one sample", samples=1),
    Master("hundredth of a second", samples=441),
    Master("whole blocks", samples=4096 * 3),
    Master("silence", samples=44_100, sound="silence"),
    Master("full scale", samples=44_100, sound="square"),
    Master("noise", bits=24, rate_hz=44_100, samples=50_000, sound="noise"),
    Master("speech rate", rate_hz=22_050, channels=1, samples=22_051),
    Master("seven seconds", samples=308_700),
    Master("three channels", rate_hz=48_000, channels=3, samples=24_001),
    Master("four channels", channels=4, samples=22_051),
    Master("five channels", rate_hz=48_000, bits=24, channels=5, samples=24_003),
    Master("surround", rate_hz=48_000, bits=24, channels=6, samples=24_007),
    Master("seven channels", bits=24, channels=7, samples=22_057),
    Master("eight channels", rate_hz=96_000, bits=24, channels=8, samples=30_011),
)

RECORDINGS = sorted((Path(__file__).resolve().parents[3] / "demo" / "masters").glob("*/*.flac"))
"""The recordings of the demo shop."""


def pcm(master: Master) -> Pcm:
    """Return the samples: int16, or int32 with values of 24 bits; the same every time."""
    rng = np.random.Generator(np.random.PCG64(master.samples + master.channels))
    time = np.arange(master.samples)[:, None] / master.rate_hz
    channel = np.arange(master.channels)[None, :]
    noise = rng.normal(0, 1, (master.samples, master.channels))
    real = {
        "music": lambda: _chord(time, channel) + 0.01 * noise,
        "noise": lambda: np.clip(0.4 * noise, -1, 1),
        "square": lambda: np.where((time * 441 * (1 + channel)) % 1 < 0.5, -1.0, 1.0),
        "silence": lambda: np.zeros((master.samples, master.channels)),
    }[master.sound]()
    scale = 2 ** (master.bits - 1)
    return np.clip(np.rint(real * scale), -scale, scale - 1).astype(np.int16 if master.bits == 16 else np.int32)


def _chord(time: Pcm, channel: Pcm) -> Pcm:
    tones = sum(
        np.sin(2 * np.pi * hz * time + channel) / place for place, hz in enumerate((220, 277, 330, 1318, 5274), 2)
    )
    swell: Pcm = 0.35 * tones * (0.3 + np.abs(np.sin(2 * np.pi * 0.8 * time)))
    return swell


def write(path: Path, samples: Pcm, rate_hz: int, bits: int, times: int = 1) -> Path:
    """Write FLAC of shape (samples, channels), with its length and MD5 in STREAMINFO; `times` over where their number
    is one of whole blocks of 4096.
    """
    if times > 1 and len(samples) % BLOCK:
        raise ValueError(f"{len(samples)} samples are not whole blocks of {BLOCK}, so they cannot be repeated.")
    wide, channels = bits > 16, samples.shape[1]
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate_hz, options={"bits_per_raw_sample": str(bits)})
        stream.codec_context.layout = LAYOUTS[channels]
        stream.codec_context.format = "s32" if wide else "s16"
        for start in range(0, times * len(samples), BLOCK):
            block = samples[start % len(samples) :][:BLOCK]
            flat = np.ascontiguousarray(block.astype(np.int32) << 8 if wide else block).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(flat, format="s32" if wide else "s16", layout=LAYOUTS[channels])
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def make(folder: Path, master: Master) -> Path:
    """Write the master into `folder`, unless it is there already."""
    path = folder / f"{master.name.replace(' ', '-')}.flac"
    return path if path.exists() else write(path, pcm(master), master.rate_hz, master.bits)
