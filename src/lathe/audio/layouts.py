"""Speaker layouts by number of channels."""

from __future__ import annotations

LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""FFmpeg's names for FLAC's channel assignments (RFC 9639, section 9.1.3)."""

SPEAKERS = {1: 0x4, 2: 0x3, 3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 7: 0x70F, 8: 0x63F}
"""The same as masks of speakers. Their order by bit, which WAVE and Core Audio keep to, is FLAC's order."""
XIPH_ORDER = {
    3: (0, 2, 1),
    5: (0, 2, 1, 3, 4),
    6: (0, 2, 1, 4, 5, 3),
    7: (0, 2, 1, 5, 6, 4, 3),
    8: (0, 2, 1, 6, 7, 4, 5, 3),
}
"""Where Vorbis (Vorbis I, section 4.3.9) and Opus (RFC 7845, section 5.1.1.2) have FLAC's channels in another order:
for each of their channels, the place in FLAC's.
"""
