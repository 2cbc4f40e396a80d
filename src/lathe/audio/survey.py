"""All that an import wants to know of a master, from one decode: is it whole, its figures, its spectrogram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lathe.audio import decode, stated
from lathe.audio.measure import HEIGHT, WIDTH, Measurement, Meters
from lathe.audio.meters.picture import Spectrogram
from lathe.audio.meters.stretch import Stretch
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source


@dataclass(frozen=True)
class Survey:
    """A master that is whole. `source` has its true length and MD5."""

    source: Source
    measurement: Measurement
    spectrogram: Spectrogram


class Instruments:
    """The meters and the spectrogram over one piece of music, whose length is known.

    Feed blocks of `block` samples, the last one shorter.
    """

    def __init__(self, source: Source) -> None:
        self._meters, self._picture = Meters(source), Spectrogram(source.samples, WIDTH, HEIGHT)
        self.block = self._meters.block

    def feed(self, pcm: Pcm) -> None:
        """Take the next block."""
        stretch = Stretch.of(pcm)
        self._meters.feed(stretch)
        self._picture.feed(stretch.planes[0])

    def finish(self) -> tuple[Measurement, Spectrogram]:
        """Return what was found, once all of the music is in."""
        self._picture.finish()
        return self._meters.result(), self._picture


def survey(
    path: Path | str,
    progress: Callable[[float], None] | None = None,
    also: Callable[[Pcm], object] | None = None,
) -> Survey:
    """Verify, measure and draw a master while it is decoded once; twice where it does not state its length.

    `progress` is told the share done, 0 to 1; `also` is handed every block. Raises SourceError as `decode.verify` does.
    """
    file = Path(path)
    claim = stated.read(file)
    claim = claim if claim.samples else decode.verify(file)
    proof, instruments, done = decode.Proof(file, claim), Instruments(claim), 0
    for pcm in decode.pcm_blocks(file, block=instruments.block):
        proof.feed(pcm)
        instruments.feed(pcm)
        if also:
            also(pcm)
        done += len(pcm)
        if progress:
            progress(min(1.0, done / claim.samples))
    return Survey(proof.finish(), *instruments.finish())
