"""A sheet on one piece of music: waveform, spectrogram, the bits in use, and marks where something is odd."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from lathe.pictures import heat

LEFT, RIGHT, TOP, GAP = 80, 24, 56, 14
WAVE_HEIGHT = 110
LINE_HEIGHT = 20
PAPER, INK, QUIET, MARK = (250, 248, 242), (32, 30, 40), (128, 124, 136), (206, 38, 38)
PEAK, BODY = (196, 190, 206), (88, 62, 120)


@dataclass(frozen=True)
class Mark:
    """Something odd, in words, and where: at a frequency, at a moment, or (neither) in the music as a whole."""

    text: str
    at_hz: float | None = None
    at_s: float | None = None


@dataclass(frozen=True)
class Sheet:
    """What to draw. levels: 0 to 1 of shape (height, width), time across, `top_hz` at the top. peaks and
    envelope: as many figures each, 0 to 255, of full scale and of the loudest stretch.
    """

    title: str
    subtitle: str
    levels: npt.NDArray[np.float32]
    peaks: Sequence[int]
    envelope: Sequence[int]
    top_hz: float
    duration_s: float
    bits: int
    bits_used: float
    marks: Sequence[Mark] = ()


def png(sheet: Sheet) -> bytes:
    """Return the sheet as a PNG. The same figures give the same bytes."""
    drawing = _Drawing(sheet)
    drawing.draw()
    stream = io.BytesIO()
    drawing.image.save(stream, "PNG", compress_level=6)
    return stream.getvalue()


class _Drawing:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        height, width = sheet.levels.shape
        self._width, self._spectrum_height = width, height
        self._spectrum_top = TOP + WAVE_HEIGHT + GAP
        self._bits_top = self._spectrum_top + height + LINE_HEIGHT + GAP
        bottom = self._bits_top + LINE_HEIGHT * (2 + len(sheet.marks))
        self.image = Image.new("RGB", (LEFT + width + RIGHT, bottom), PAPER)
        self._pen = ImageDraw.Draw(self.image)
        self._font = ImageFont.load_default(13)

    def draw(self) -> None:
        """Draw everything."""
        self._text((LEFT, 10), self._sheet.title, INK, ImageFont.load_default(17))
        self._text((LEFT, 33), self._sheet.subtitle, QUIET)
        self._wave()
        self._spectrum()
        self._bits()
        for place, mark in enumerate(self._sheet.marks):
            self._mark(mark, self._bits_top + LINE_HEIGHT * (place + 1) + 8)

    def _wave(self) -> None:
        """Peaks in grey, and in front of them the loudness, each spread over its own half of the box."""
        middle = TOP + WAVE_HEIGHT // 2
        for figures, colour in ((self._sheet.peaks, PEAK), (self._scaled_envelope(), BODY)):
            reach = _columns(figures, self._width) * (WAVE_HEIGHT / 2 - 1) / 255
            for x, length in enumerate(reach):
                self._pen.line([(LEFT + x, middle - length), (LEFT + x, middle + length)], fill=colour)
        self._pen.rectangle([LEFT - 1, TOP, LEFT + self._width, TOP + WAVE_HEIGHT], outline=QUIET)
        self._text((LEFT - 8, TOP), "full", QUIET, anchor="ra")

    def _scaled_envelope(self) -> npt.NDArray[np.float64]:
        """The loudest stretch is drawn at most as high as its highest sample."""
        peaks, envelope = np.array(self._sheet.peaks, float), np.array(self._sheet.envelope, float)
        shares = peaks[envelope > 0] / envelope[envelope > 0]
        return envelope * float(min(1.0, shares.min(initial=1.0)))

    def _spectrum(self) -> None:
        top, height = self._spectrum_top, self._spectrum_height
        self.image.paste(Image.fromarray(heat.colours(self._sheet.levels), "RGB"), (LEFT, top))
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            label = f"{self._sheet.top_hz * share / 1000:.4g}" + (" kHz" if share == 1 else "")
            self._text((LEFT - 8, top + (1 - share) * (height - 1)), label, QUIET, anchor="rm")
        below = top + height + 4
        self._text((LEFT, below), "0:00", QUIET)
        self._text((LEFT + self._width, below), clock(self._sheet.duration_s), QUIET, anchor="ra")

    def _bits(self) -> None:
        """One box a bit, filled where the bit is ever set."""
        sheet, top = self._sheet, self._bits_top
        self._text((LEFT - 8, top), "bits", QUIET, anchor="ra")
        for bit in range(sheet.bits):
            box = [LEFT + bit * 16, top, LEFT + bit * 16 + 12, top + 12]
            self._pen.rectangle(box, fill=BODY if bit < sheet.bits_used else PAPER, outline=BODY)
        words = f"{sheet.bits_used:g} of {sheet.bits} carry sound"
        self._text((LEFT + sheet.bits * 16 + 8, top), words, QUIET)

    def _mark(self, mark: Mark, y: int) -> None:
        if mark.at_hz is not None:
            height = self._spectrum_top + (1 - mark.at_hz / self._sheet.top_hz) * (self._spectrum_height - 1)
            for start in range(LEFT, LEFT + self._width, 12):
                self._pen.line([(start, height), (start + 6, height)], fill=(255, 255, 255), width=1)
            self._pen.polygon([(LEFT - 7, height - 4), (LEFT - 7, height + 4), (LEFT - 1, height)], fill=MARK)
        if mark.at_s is not None:
            x = LEFT + self._width * min(1.0, mark.at_s / max(self._sheet.duration_s, 1e-9))
            self._pen.line([(x, TOP), (x, self._spectrum_top + self._spectrum_height)], fill=MARK, width=3)
        self._pen.rectangle([LEFT, y + 3, LEFT + 8, y + 11], fill=MARK)
        self._text((LEFT + 16, y), mark.text, INK)

    def _text(
        self,
        place: tuple[float, float],
        text: str,
        colour: tuple[int, int, int],
        font: ImageFont.FreeTypeFont | ImageFont.ImageFont | None = None,
        anchor: str = "la",
    ) -> None:
        letters = font or self._font
        while len(text) > 1 and letters.getlength(text) > self._width:
            text = text[: len(text) * 9 // 10].rstrip(" …") + " …"
        self._pen.text(place, text, fill=colour, font=letters, anchor=anchor)


def clock(duration_s: float) -> str:
    """Return a length as 3:07, or 1:02:03."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _columns(figures: Sequence[int] | npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    """Return one figure a column: the highest that falls into it."""
    values = np.array(figures, float)
    edges = np.arange(width) * len(values) // width
    return np.maximum.reduceat(values, edges)
