"""The ten motifs: one file each, and one line in the table. A motif turns a `Sketch` into a `Traced`."""

from collections.abc import Mapping
from types import MappingProxyType

from lathe.pictures.motifs import discs, fan, macro, moire, roll, rosette, shell, spiral, strobe, waves
from lathe.pictures.motifs.base import Motif, Sketch, Traced

MOTIFS: Mapping[str, Motif] = MappingProxyType(
    {
        "spiral": spiral.trace,
        "rosette": rosette.trace,
        "roll": roll.trace,
        "macro": macro.trace,
        "moire": moire.trace,
        "waves": waves.trace,
        "strobe": strobe.trace,
        "fan": fan.trace,
        "shell": shell.trace,
        "discs": discs.trace,
    }
)

__all__ = ["MOTIFS", "Motif", "Sketch", "Traced"]
