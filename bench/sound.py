"""How far an MP3 is from its master, in decibels, as a player hears it: decoded without gaps by mpg123."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np

from lathe.audio import decode
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source


def can_hear() -> bool:
    """Whether mpg123 is installed."""
    return shutil.which("mpg123") is not None


def music_of(master: Path, source: Source) -> Pcm:
    """Return the master's samples as floats with full scale at 1, of shape (samples, channels)."""
    music: Pcm = np.concatenate(list(decode.pcm_blocks(master))) / np.float32(2 ** (source.bits - 1))
    return music


def signal_to_noise_db(file: Path, music: Pcm) -> float:
    """Return the ratio of the music to what the file adds. Raises ValueError where it plays longer or shorter."""
    said = subprocess.run(["mpg123", "-q", "-s", "-e", "f32", file], capture_output=True, check=True)
    heard = np.frombuffer(said.stdout, "<f4").reshape(-1, music.shape[1])
    if len(heard) != len(music):
        raise ValueError(f"{file.name} plays {len(heard)} samples, and the master has {len(music)}.")
    noise = heard - music
    return float(10 * np.log10(np.sum(music.astype(np.float64) ** 2) / np.sum(noise.astype(np.float64) ** 2)))
