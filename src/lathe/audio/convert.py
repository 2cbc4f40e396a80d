"""From a master's PCM to what an encoder is fed: its rate, its bits, floats where wanted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from lathe.audio import decode, resample
from lathe.audio.division import Stretch
from lathe.audio.pcm import FLOAT_BITS, Pcm, dtype_of
from lathe.audio.source import Source

Heard: TypeAlias = Callable[[int], None]

LATER_STEP = 65536
"""Samples a step in a stretch whose first bytes nobody waits for. The bytes are the same; decoder and encoder push each
other out of the processor's cache less often, which is a twentieth of the time of a FLAC.
"""


def blocks(path: Path | str, source: Source, target: Source, floats: bool, heard: Heard) -> Iterator[Pcm]:
    """Yield the master at `target`'s rate and bits, exactly `target.samples` long.

    Unconverted integers pass as they are; `floats`, or a target of floats, gives float32 with full scale at 1. The same
    master gives the same blocks everywhere. `heard` is told with every block how many samples of the master were read.
    """
    whole = Stretch(0, target.samples)
    return stretch(path, source, target, floats, whole, lambda samples: heard(in_master(samples, source, target)))


def in_master(samples: int, source: Source, target: Source) -> int:
    """Return how many samples of the master stand for so many of the output."""
    return samples * source.samples // max(1, target.samples)


def stretch(
    path: Path | str, source: Source, target: Source, floats: bool, place: Stretch, heard: Heard
) -> Iterator[Pcm]:
    """Yield what `blocks` gives from `place.start` to `place.stop`, bit for bit, having read little more.

    Where the stretch ends with the master, all that the file has is read, so that one too long is found out. `heard`
    is told how many samples of the stretch were read. Raises EncodeError where the rate changes and the master has not
    the length that `source` says.
    """
    kind: np.dtype[np.floating[Any]] = np.dtype(np.float32 if floats else np.float64)
    if source.sample_rate_hz != target.sample_rate_hz:
        made = _counted(resample.resampled(path, source, target, place, kind), heard)
        return made if floats else _rounded(made, source, target, place.start)
    step = LATER_STEP if place.start else decode.STEP
    stream = _counted(decode.described(path, source, start=place.start, block=step), heard)
    if place.stop < source.samples:
        stream = _first(place.samples, stream)
    if source.bits == target.bits and not floats:
        return stream
    made = resample.real(stream, source, kind)
    return made if floats else _rounded(made, source, target, place.start)


def _rounded(stream: Iterator[Pcm], source: Source, target: Source, start: int) -> Iterator[Pcm]:
    """Bring exact floats to the target's kind: 32-bit floats, or integers."""
    if target.bits == FLOAT_BITS:
        return (block.astype(np.float32) for block in stream)
    return _quantised(stream, source, target, start)


def _first(samples: int, stream: Iterator[Pcm]) -> Iterator[Pcm]:
    left = samples
    for block in stream:
        yield block[:left]
        left -= min(left, len(block))
        if not left:
            return


def _counted(stream: Iterator[Pcm], heard: Heard) -> Iterator[Pcm]:
    samples = 0
    for block in stream:
        samples += len(block)
        heard(samples)
        yield block


def _quantised(stream: Iterator[Pcm], source: Source, target: Source, start: int) -> Iterator[Pcm]:
    """Round to the target's bits under triangular dither of two steps' width, drawn from a generator seeded by the
    master: one draw a sample and channel, so that any place in the stream finds its own.
    """
    bits, scale = np.random.PCG64(_seed(source, target)).advance(start * source.channels), 2 ** (target.bits - 1)
    for block in stream:
        raw = bits.random_raw(block.size).reshape(block.shape)
        noise = ((raw >> np.uint64(32)).astype(np.float64) - (raw & np.uint64(0xFFFFFFFF)).astype(np.float64)) / 2**32
        yield np.clip(np.rint(block * scale + noise), -scale, scale - 1).astype(dtype_of(target.bits))


def _seed(source: Source, target: Source) -> int:
    name = f"{source.pcm_md5}/{source.samples}/{target.sample_rate_hz}/{target.bits}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
