"""The identity of the encoder: what must be equal for two machines to make the same bytes."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version

import numpy as np
import soxr

from lathe.audio import formats, libopus, parts
from lathe.audio.codecs import offered
from lathe.audio.codecs.base import Codec
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source

RECIPE = 3
"""Raised by hand when our own code changes the bytes of a body."""
SAMPLES = 24_000
LONG_SAMPLES = 48_000 * 600
LIBRARIES = ("av", "lameenc", "soundfile", "soxr", "numpy")


@cache
def build_id() -> str:
    """Return the identity of this encoder as 24 hex digits, cached for the life of the process.

    It covers the recipe, the libraries' versions and that of the libopus inside PyAV, the machine's architecture, the
    parts into which each codec divides a body, and a short fixed signal as each codec encodes it and as the resampler
    converts it: the libraries choose their code by the processor they find, and that may change bytes. A codec whose
    program is not installed does not count.
    """
    digest = hashlib.sha256(f"{RECIPE} {platform.machine()}".encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)} ".encode())
    digest.update(libopus.version().encode())
    for codec in offered().values():
        digest.update(_trial(codec))
        digest.update(_parts(codec))
    digest.update(soxr.resample(_signal().astype(np.float64), 96000, 44100, quality="VHQ").tobytes())
    return digest.hexdigest()[:24]


def trials() -> Iterator[bytes]:
    """Yield what each codec makes of the signal; who has taken them all has every library ready for work."""
    yield from map(_trial, offered().values())


def _trial(codec: Codec) -> bytes:
    """Encode the signal in each of the codec's trial formats."""
    out = []
    for text in codec.trials:
        encoder = codec.encoder(formats.parse(text), Source(48000, 16, 2, SAMPLES))
        signal = _signal()
        out += [encoder.feed(signal.astype(np.float32) / 32768 if codec.floats else signal), encoder.finish()]
    return b"".join(out)


def _parts(codec: Codec) -> bytes:
    """Return where the codec divides a long master in each of its trial formats."""
    long = Source(48000, 16, 2, LONG_SAMPLES)
    whole = [parts.division(formats.parse(text), long) for text in codec.trials]
    places = [place for found in whole for place in (found.stretches if found else ())]
    return repr([(place.start, place.stop) for place in places]).encode()


def _signal() -> Pcm:
    """Return half a second of stereo: a falling triangle wave under noise, made of whole numbers so that it is the
    same everywhere.
    """
    noise = (np.random.PCG64(20).random_raw(2 * SAMPLES) >> np.uint64(53)).astype(np.int64).reshape(-1, 2) - 1024
    place = np.arange(SAMPLES, dtype=np.int64)
    wave = np.abs((place * (place // 64 + 200)) % 65536 - 32768) - 16384
    signal: Pcm = (wave[:, None] + noise).astype(np.int16)
    return signal
