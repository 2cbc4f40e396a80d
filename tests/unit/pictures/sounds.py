"""Loudness curves to draw from: shaped like music, without any recording."""

import math


def music(track: int = 0, bins: int = 1400) -> list[float]:
    """Return struck notes that die away under a slow phrase, different for every track number."""
    notes = 23 + 5 * (track % 7)
    return [
        round(
            (0.15 + 0.85 * abs(math.sin(3 * math.pi * place / bins + track)))
            * (0.1 + 0.9 * math.exp(-3 * (place * notes / bins % 1))),
            4,
        )
        for place in range(bins)
    ]


ONE_TRACK = [music()]
THREE_TRACKS = [music(track) for track in range(3)]
FORTY_TRACKS = [music(track) for track in range(40)]
SILENCE = [[0.0] * 1400]
SHORT = [[0.2, 1.0, 0.5], [1.0], [0.0, 0.3]]

RELEASES = {
    "one track": ONE_TRACK,
    "three tracks": THREE_TRACKS,
    "forty tracks": FORTY_TRACKS,
    "silence": SILENCE,
    "short curves": SHORT,
}
