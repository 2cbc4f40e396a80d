"""What a motif is given and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from lathe.pictures.loudness import Loudness
from lathe.pictures.picture import Shapes


@dataclass(frozen=True)
class Sketch:
    """The sound to draw, and the chances that make one release's drawing differ from another's.

    `chance` is drawn from only by its `random()`, the one method whose sequence Python promises to keep.
    """

    sound: Loudness
    chance: Random

    def between(self, low: float, high: float) -> float:
        """Return a chance number from low up to high."""
        return low + (high - low) * self.chance.random()

    def pick(self, *choices: float) -> float:
        """Return one of the choices."""
        return choices[int(self.chance.random() * len(choices))]


@dataclass(frozen=True)
class Traced:
    """A traced motif."""

    subject: str  # what a person would say it shows, colours left out
    line: Shapes
    second: Shapes = ()  # in the second ink, over the first


Motif = Callable[[Sketch], Traced]
