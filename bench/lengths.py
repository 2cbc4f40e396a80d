"""Long and fine masters: time has to grow with the music and no faster, and memory not at all."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, repeat
from pathlib import Path

import av
import numpy as np
import soxr
from makers import Bench
from measured import Goal, peak_bytes, used_by

from lathe.audio import decode
from lathe.audio.layouts import LAYOUTS
from lathe.audio.pcm import Pcm
from lathe.audio.pool import EncoderPool

FORMATS = ("flac", "wav", "mp3:cbr=320", "opus:128,mode=hard", "aac:256")
MOST_MEMORY_MB = 300
MOST_GROWTH = 1.2
"""How much more processor time a second of a long master may take than one of a short master of its kind."""
BLOCK = 4096
SHORT_S, LONG_S, HOUR_S = 150, 600, 3600


@dataclass(frozen=True)
class Shape:
    """A kind of master, and the lengths in seconds that are compared."""

    name: str
    rate_hz: int
    bits: int
    short_s: int
    long_s: int


@dataclass(frozen=True)
class Row:
    """One format from a short and a long master of a kind, and the most memory that a worker held."""

    master: str
    format: str
    short_s: float
    long_s: float
    growth: float
    peak_mb: float
    goals: list[Goal]


SHAPES = (
    Shape("16/44.1, an hour", 44_100, 16, SHORT_S, HOUR_S),
    Shape("24/96", 96_000, 24, SHORT_S, LONG_S),
    Shape("24/192", 192_000, 24, SHORT_S, LONG_S),
)
QUICK = (Shape("16/44.1, two minutes", 44_100, 16, 30, 120), Shape("24/192, a minute", 192_000, 24, 20, 60))


def lengths(music: Path, shapes: tuple[Shape, ...], workers: int | None) -> Iterator[Row]:
    """Yield a row for each kind of master and format; the masters are made of the music, over and over."""
    for shape in shapes:
        with tempfile.TemporaryDirectory() as folder:
            pair = [
                _master(Path(folder) / f"{seconds}.flac", music, shape, seconds)
                for seconds in (shape.short_s, shape.long_s)
            ]
            for text in FORMATS:
                yield _row(shape, text, pair, Path(folder), workers)


def _row(shape: Shape, text: str, pair: list[Path], folder: Path, workers: int | None) -> Row:
    """Cut both with fresh workers, so that the memory is of this format alone."""
    with EncoderPool(workers=workers, spool=folder / "spool") as pool:
        times, used, seconds = [], [], []
        for path in pair:
            bench = Bench(pool, path, folder)
            begun, before = time.perf_counter(), used_by(pool)
            bench.ours(text)
            times.append(time.perf_counter() - begun)
            used.append(used_by(pool) - before)
            seconds.append(bench.source.duration_s)
        peak_mb = peak_bytes(pool) / 1e6
    growth = used[1] / seconds[1] / (used[0] / seconds[0])
    goals = [
        Goal(f"{text} of {shape.name}, memory of a worker", peak_mb, MOST_MEMORY_MB, at_least=False, unit="MB"),
        Goal(
            f"{text} of {shape.name}, processor time a second beside a short one", growth, MOST_GROWTH, at_least=False
        ),
    ]
    return Row(shape.name, text, times[0], times[1], growth, peak_mb, goals)


def _master(path: Path, music: Path, shape: Shape, seconds: int) -> Path:
    """Write a FLAC master of the music, converted to the shape and repeated to its length."""
    loop = _converted(music, shape, seconds)
    with av.open(str(path), "w", format="flac") as container:
        options = {"bits_per_raw_sample": str(shape.bits), "compression_level": "2"}
        stream = container.add_stream("flac", rate=shape.rate_hz, options=options)
        form, channels = "s16" if shape.bits == 16 else "s32", loop.shape[1]
        stream.codec_context.layout, stream.codec_context.format = LAYOUTS[channels], form
        blocks = chain.from_iterable(repeat(range(0, len(loop), BLOCK)))
        for number, start in zip(range(seconds * shape.rate_hz // BLOCK), blocks, strict=False):
            frame = av.AudioFrame.from_ndarray(loop[start : start + BLOCK].reshape(1, -1), form, LAYOUTS[channels])
            frame.sample_rate, frame.pts, frame.time_base = shape.rate_hz, number * BLOCK, Fraction(1, shape.rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _converted(music: Path, shape: Shape, seconds: int) -> Pcm:
    """Return whole blocks of the music at the shape's rate, as FFmpeg takes them; noise fills the bits it lacks."""
    source = decode.probe(music).source
    real = np.concatenate(list(decode.pcm_blocks(music))).astype(np.float32) / 2 ** (source.bits - 1)
    real = real[: source.sample_rate_hz * min(SHORT_S, seconds)]
    if source.sample_rate_hz != shape.rate_hz:
        real = soxr.resample(real, source.sample_rate_hz, shape.rate_hz)
    whole = len(real) // BLOCK * BLOCK
    scale = 2 ** (shape.bits - 1)
    noise = np.random.Generator(np.random.PCG64(1)).random((whole, real.shape[1]), np.float32) - 0.5
    samples = np.clip(np.rint(real[:whole] * scale + noise * 2 ** max(0, shape.bits - source.bits)), -scale, scale - 1)
    return np.ascontiguousarray(samples.astype(np.int16) if shape.bits == 16 else samples.astype(np.int32) << 8)
