"""Samples where FFmpeg keeps them: looked at and filled without a copy in between."""

from __future__ import annotations

from typing import Any

import av
import numpy as np

from lathe.audio.pcm import Pcm

KINDS: dict[str, np.dtype[Any]] = {"s16": np.dtype(np.int16), "s32": np.dtype(np.int32), "flt": np.dtype(np.float32)}
"""Sample formats with the channels interleaved, by FFmpeg's name for them."""


def view(frame: av.AudioFrame) -> Pcm:
    """Return the memory of a frame of one of the KINDS, of shape (samples, channels); it lives while it is viewed."""
    plane: Any = frame.planes[0]
    channels = frame.layout.nb_channels
    samples: Pcm = np.frombuffer(plane, KINDS[frame.format.name], frame.samples * channels).reshape(-1, channels)
    return samples
