"""Loudness by EBU R128 and ITU-R BS.1770, through FFmpeg's ebur128 filter."""

from __future__ import annotations

import math
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph

from lathe.audio.layouts import LAYOUTS
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source

ABSOLUTE_GATE_LUFS = -70.0
SHORTEST_S = 0.4
"""One gating block (BS.1770-4, annex 1); what is shorter has no integrated loudness."""


class Loudness:
    """Integrated loudness and loudness range. Memory does not grow with the track."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._format = "s16" if source.bits == 16 else "s32"
        self._fed = 0
        self._latest: dict[str, str] = {}
        self._graph = self._built()

    def feed(self, block: Pcm) -> None:
        """Take integer samples of shape (samples, channels)."""
        samples = block if self._source.bits == 16 else block << 8
        packed = np.ascontiguousarray(samples).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format=self._format, layout=LAYOUTS[self._source.channels])
        frame.sample_rate, frame.pts = self._source.sample_rate_hz, self._fed
        frame.time_base = Fraction(1, self._source.sample_rate_hz)
        self._fed += len(block)
        self._graph.push(frame)
        self._drain()

    def finish(self) -> None:
        """Say that no more samples come."""
        self._graph.push(None)
        self._drain()

    @property
    def lufs(self) -> float | None:
        """Integrated loudness in LUFS; None below the absolute gate and for tracks shorter than one gating block."""
        value = self._value("I")
        short = self._fed < SHORTEST_S * self._source.sample_rate_hz
        return None if value is None or short or value <= ABSOLUTE_GATE_LUFS else value

    @property
    def range_lu(self) -> float:
        """Loudness range in LU (EBU Tech 3342); 0 where there is none."""
        return self._value("LRA") or 0.0

    def _value(self, name: str) -> float | None:
        value = float(self._latest.get(f"lavfi.r128.{name}", "nan"))
        return value if math.isfinite(value) else None

    def _built(self) -> Graph:
        graph = Graph()
        entry = graph.add_abuffer(
            sample_rate=self._source.sample_rate_hz,
            format=self._format,
            layout=LAYOUTS[self._source.channels],
            time_base=Fraction(1, self._source.sample_rate_hz),
        )
        meter, exit_ = graph.add("ebur128", "metadata=1:framelog=quiet"), graph.add("abuffersink")
        entry.link_to(meter)
        meter.link_to(exit_)
        graph.configure()
        return graph

    def _drain(self) -> None:
        """Keep the latest figures that the filter has written on its frames."""
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._latest = dict(frame.metadata) or self._latest
