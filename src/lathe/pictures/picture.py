"""A picture before it is rendered: shapes in one or two inks on a flat ground."""

from dataclasses import dataclass

from lathe.pictures.palettes import Palette
from lathe.pictures.swell import Polygon

Shapes = tuple[Polygon, ...]


@dataclass(frozen=True)
class Picture:
    """A square, SIDE units wide. Shapes fill by the non-zero rule; the second ink lies over the first."""

    ground: str  # colours are "#rrggbb"
    line: str
    line_shapes: Shapes
    second: str
    second_shapes: Shapes  # empty where one ink is enough
    both: str  # what shows where the two inks lie on each other

    @property
    def inks(self) -> tuple[str, ...]:
        """The inks in use, main line first."""
        return (self.line, self.second) if self.second_shapes else (self.line,)


def printed(line_shapes: Shapes, second_shapes: Shapes, palette: Palette) -> Picture:
    """Return the shapes in the inks of a palette."""
    return Picture(palette.ground, palette.line, line_shapes, palette.second, second_shapes, palette.both)
