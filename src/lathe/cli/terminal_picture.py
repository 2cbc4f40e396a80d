"""Music as a small picture of letters: its waveform and its spectrogram, in colour where the terminal has any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.text import Text

from lathe.pictures import heat

WIDEST, ROWS = 72, 10
MARGIN = 10
"""Columns that the scale takes."""
_BARS = " ▁▂▃▄▅▆▇█"
_SHADES = " ░▒▓█"

Levels = npt.NDArray[np.float32]


def show(console: Console, levels: Levels, peaks: Sequence[int], top_hz: float, marks_hz: Sequence[float]) -> None:
    """Print the picture: peaks of full scale above, frequencies up to `top_hz` below, an arrow at each mark."""
    width = max(16, min(WIDEST, console.width - 2 * MARGIN))
    console.print(Text(" " * MARGIN + wave(peaks, width)), highlight=False)
    in_colour = console.color_system in ("256", "truecolor")
    picture = coloured(levels, width) if in_colour else shaded(levels, width)
    marked = {_row(hz, top_hz): hz for hz in marks_hz}
    for row, line in enumerate(picture):
        start = f"{top_hz / 1000:5.4g} kHz " if row == 0 else "    0 kHz " if row == ROWS - 1 else ""
        end = f" ◂ {marked[row] / 1000:.1f}" if row in marked else ""
        console.print(Text(start.rjust(MARGIN)) + line + Text(end), highlight=False)


def wave(peaks: Sequence[int], width: int) -> str:
    """Return one line of bars; a whole bar is full scale."""
    highest = np.maximum.reduceat(np.array(peaks), np.arange(width) * len(peaks) // width)
    return "".join(_BARS[-(-int(value) * (len(_BARS) - 1) // 255)] for value in highest)


def shaded(levels: Levels, width: int) -> list[Text]:
    """Return the spectrogram in five shades."""
    return [Text("".join(_SHADES[min(4, int(level * 5))] for level in line)) for line in _shrunk(levels, width, ROWS)]


def coloured(levels: Levels, width: int) -> list[Text]:
    """Return the spectrogram in colours, two of them in each letter."""
    pixels = heat.colours(_shrunk(levels, width, 2 * ROWS))
    return [_pairs(above, below) for above, below in zip(pixels[::2], pixels[1::2], strict=True)]


def _pairs(above: npt.NDArray[np.uint8], below: npt.NDArray[np.uint8]) -> Text:
    line = Text()
    for upper, lower in zip(above.tolist(), below.tolist(), strict=True):
        line.append("▀", f"rgb({upper[0]},{upper[1]},{upper[2]}) on rgb({lower[0]},{lower[1]},{lower[2]})")
    return line


def _shrunk(levels: Levels, width: int, height: int) -> Levels:
    """Return the picture in fewer places, each the mean of what falls into it."""
    rows, columns = levels.shape
    down = np.add.reduceat(levels, np.arange(height) * rows // height, axis=0) / (rows / height)
    both: Levels = np.add.reduceat(down, np.arange(width) * columns // width, axis=1) / (columns / width)
    return both


def _row(hz: float, top_hz: float) -> int:
    return min(ROWS - 1, max(0, int((1 - hz / top_hz) * ROWS)))
