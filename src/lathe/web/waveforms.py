"""Waveforms for pages, drawn once for each loudness curve and kept."""

from __future__ import annotations

from functools import lru_cache

from lathe.pictures import waves

COVER_SIZES = (160, 320, 640, 1280)
"""Widths in pixels in which covers are served."""


@lru_cache(maxsize=256)
def contour(envelope: bytes) -> tuple[str, str]:
    """Two paths in a box of 1000 by 104: fine for wide pages, and one that a phone's width still holds apart."""
    return waves.contour(list(envelope)), waves.contour_narrow(list(envelope))


@lru_cache(maxsize=1024)
def swell(envelope: bytes) -> str:
    """One line that swells with the sound, in a box of 148 by 26."""
    return waves.swell_line(list(envelope))


@lru_cache(maxsize=1)
def gauge() -> tuple[str, ...]:
    """The wavy lines of the gauge, top to bottom, in a box of 344 by 52."""
    return tuple(waves.gauge())
