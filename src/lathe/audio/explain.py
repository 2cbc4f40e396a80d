"""How a cut was made: its parts, who encoded them, and how they were joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lathe.audio.division import Division, Join, Stretch


@dataclass(frozen=True)
class Explain:
    """Parts and joins of one cut. JSON-able through `to_dict` and `from_dict`.

    stretches: what each part's encoder heard, in samples at the output's rate; none for a single pass.
    joins: one for each part but the first.
    workers: who encoded each part, numbered from 0 in the order of their first part. The bytes do not depend on it.
    """

    stretches: tuple[Stretch, ...] = ()
    joins: tuple[Join, ...] = ()
    workers: tuple[int, ...] = (0,)

    @property
    def path(self) -> str:
        """The way taken: `single pass`, or `parts`."""
        return "parts" if self.stretches else "single pass"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Explain:
        """Rebuild from `to_dict`, also after a trip through JSON."""
        return cls(
            tuple(Stretch(**one) for one in values["stretches"]),
            tuple(Join(**one) for one in values["joins"]),
            tuple(values["workers"]),
        )

    @classmethod
    def of(cls, division: Division, joins: Sequence[Join], workers: Sequence[object] = ()) -> Explain:
        """Return the account of a divided cut. `workers` are any names, one a part; left out, one did it all."""
        names = list(dict.fromkeys(workers))
        numbers = tuple(names.index(one) for one in workers) or (0,) * len(division.stretches)
        return cls(tuple(division.stretches), tuple(joins), numbers)
