"""Looks at one music file by the audio room alone, and draws what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from lathe.audio import bounds, doubts, inspection
from lathe.audio.errors import SourceError
from lathe.audio.inspection import Inspection
from lathe.audio.tags import clean
from lathe.cli import inspect_report, targets
from lathe.pictures import sheet
from lathe.pictures.sheet import Mark, Sheet

MOST_BYTES = 2 << 30
"""More memory than any honest file asks for: eight channels at 384 kHz take a third of it."""


def inspect(path: Path, progress: Callable[[float], None]) -> Inspection:
    """Inspect a file within bounds on memory. Raises SourceError."""
    try:
        with bounds.memory(MOST_BYTES):
            return inspection.inspect(path, progress)
    except MemoryError as greed:
        raise SourceError(
            "damaged", f"{path.name} asks for more memory than a music file needs. Do not trust it."
        ) from greed


def draw(found: Inspection, target: Path, *, force: bool) -> None:
    """Write the picture, aside first and then into place. Raises CommandError where a file appeared there."""
    with TemporaryDirectory(prefix=".lathe-", dir=target.parent) as folder:
        whole = Path(folder) / "picture.png"
        whole.write_bytes(sheet.png(_sheet(found)))
        targets.put(whole, target, force=force)


def _sheet(found: Inspection) -> Sheet:
    measured = found.measurement
    return Sheet(
        title=clean(found.path.name).replace("\n", " "),
        subtitle=inspect_report.nature(found),
        levels=found.spectrogram.levels(),
        peaks=measured.peaks,
        envelope=measured.envelope,
        top_hz=found.source.sample_rate_hz / 2,
        duration_s=found.source.duration_s,
        bits=found.source.bits,
        bits_used=measured.bits_used,
        marks=[_mark(found, place) for place in range(len(found.doubts))],
    )


def _mark(found: Inspection, place: int) -> Mark:
    doubt = found.doubts[place]
    said = doubts.said(doubt.kind, doubt.at_hz or 0.0, doubt.at_s)
    return Mark(f"{said[0].upper()}{said[1:]} ({doubts.sure(doubt.confidence)}).", doubt.at_hz, doubt.at_s)
