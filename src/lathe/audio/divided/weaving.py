"""Where one MP3 encoder may take over from another that heard the same music.

The blocks overlap by half (ISO/IEC 11172-3, 2.4.3.4.10), and what folds over in one granule cancels against the next:
so the last granule before the join has to have the same window in both encodes. A naive join clicks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lathe.audio.containers.layer3 import Frame
from lathe.audio.division import Join


@dataclass(frozen=True)
class Candidate:
    """A frame of the new part that may follow on the old part's frame before it.

    `place`: counted from the start of the window. `reservoir` can stand before it when the old part is laid as far;
    `asked` stood there in the encoder of the new part. `alike`: both encoders gave the same frame before it.
    """

    place: int
    reservoir: int
    asked: int
    alike: bool

    @property
    def surplus(self) -> int:
        """Bytes of reservoir more than the new part's encoder had: from 0 on, all its frames are sure to fit."""
        return self.reservoir - self.asked

    def as_join(self, part: int, unit: int) -> Join:
        """Return the account of this join."""
        return Join(part, unit, "woven", self.reservoir, self.asked, self.alike)


def candidates(old: Sequence[Frame], new: Sequence[Frame], stood: Sequence[int]) -> list[Candidate]:
    """Return where the new part may take over.

    `old` and `new` are the same frames of both encodes, from the last one before the window on; `stood` is the
    reservoir before each frame of the window.
    """
    return [
        Candidate(place, stood[place], new[place + 1].reservoir, old[place].is_like(new[place]))
        for place in range(len(new) - 1)
        if old[place].windows == new[place].windows
    ]
