"""Real music for tests: the masters of the demo shop, and stretches of them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import soxr

from lathe.audio import decode
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from tests.contracts.audio import masters

FOLDER = Path(__file__).resolve().parents[3] / "demo" / "masters"
GIGUE = FOLDER / "bach-cello-suite-1" / "02-gigue.flac"
RAG = FOLDER / "joplin-rags" / "01-pineapple-rag.flac"
PRELUDE = FOLDER / "chopin-preludes-op-28" / "01-prelude-no-4.flac"
GYMNOPEDIE = FOLDER / "satie-gymnopedies" / "01-gymnopedie-no-1.flac"


def described(path: Path) -> tuple[Path, Source]:
    """Return a master and what it says of itself."""
    return path, decode.probe(path).source


def resampled(folder: Path, path: Path, rate_hz: int, seconds: int, *, mono: bool) -> tuple[Path, Source]:
    """Write the first seconds of a 16-bit master at another rate, as one channel where `mono`."""
    target = folder / f"{path.stem}-{rate_hz}{'-mono' if mono else ''}.flac"
    if not target.exists():
        source = decode.probe(path).source
        blocks = islice(decode.pcm_blocks(path, block=source.sample_rate_hz), seconds)
        music: Pcm = np.concatenate(list(blocks)) / 2**15
        music = music.mean(axis=1, keepdims=True) if mono else music
        there = soxr.resample(music, source.sample_rate_hz, rate_hz, quality="VHQ")
        samples = np.clip(np.rint(there * 2**15), -(2**15), 2**15 - 1).astype(np.int16)
        masters.write(target, samples, rate_hz, 16)
    return described(target)
