"""A stretch of PCM as the meters take it: as it was decoded, and once more as floats a channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lathe.audio.pcm import Pcm

Planes = npt.NDArray[np.float32]
"""Shape (channels, samples); the integers of the master, which 32-bit floats hold exactly up to 24 bits."""


@dataclass(frozen=True)
class Stretch:
    """`pcm` of shape (samples, channels), at least one sample, and the same as `planes`: made once for all meters."""

    pcm: Pcm
    planes: Planes

    @classmethod
    def of(cls, pcm: Pcm) -> Stretch:
        """Return the stretch that holds `pcm`."""
        return cls(pcm, np.ascontiguousarray(pcm.T, dtype=np.float32))
