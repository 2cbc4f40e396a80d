"""The curated inks: one flat ground, a main line that reads at 4.5:1 or better, and a softer second line."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lathe.pictures import colour


@dataclass(frozen=True)
class Palette:
    """A ground and two inks, each with the plain word that a description uses for it."""

    name: str
    ground: str  # "#rrggbb"
    ground_word: str
    line: str
    line_word: str
    second: str
    second_word: str

    @property
    def both(self) -> str:
        """The colour where the second ink lies on the first."""
        return colour.overprint(self.line, self.second, self.ground)


_CURATED = (
    Palette("mustard", "#cf9b2f", "mustard", "#241c0c", "black", "#fbf3dd", "cream"),
    Palette("navy", "#13244a", "navy", "#d5deee", "pale blue", "#7f9bd0", "steel blue"),
    Palette("brick", "#b23a24", "brick red", "#f8e7cf", "cream", "#5c140b", "dark red"),
    Palette("bottle", "#0e3f3a", "bottle green", "#a5dcc6", "mint", "#4fa08a", "sea green"),
    Palette("bone", "#e9e7e0", "bone white", "#c02a1b", "red", "#7d8a94", "grey"),
    Palette("aubergine", "#1d1630", "aubergine", "#b7a0e6", "lilac", "#f0b9c6", "pink"),
    Palette("walnut", "#4c2818", "walnut brown", "#f2b57c", "apricot", "#c4744a", "copper"),
    Palette("rose", "#f1d9d0", "pale rose", "#1f4d7a", "blue", "#b2605a", "dusty red"),
    Palette("lavender", "#d9d3ea", "lavender", "#3a2a78", "violet", "#8a6bb5", "mauve"),
    Palette("charcoal", "#1b1d20", "charcoal", "#c6d5e2", "silver", "#c9803f", "bronze"),
    Palette("vermilion", "#d65a31", "vermilion", "#2a0f12", "near-black", "#ffe3c2", "cream"),
    Palette("celadon", "#c6d6cf", "celadon", "#17463f", "dark green", "#5f8f80", "sage green"),
    Palette("cobalt", "#2140a0", "cobalt blue", "#ffdcb4", "peach", "#8fa6f0", "light blue"),
    Palette("lemon", "#e8cd55", "lemon yellow", "#1d2a6d", "ink blue", "#a2622a", "rust"),
    Palette("moss", "#36441c", "moss green", "#dde59c", "pale lime", "#95a654", "olive"),
    Palette("teal", "#075e66", "teal", "#f4e4c8", "cream", "#f0a07c", "salmon"),
    Palette("sky", "#a9d0e2", "sky blue", "#16335a", "dark blue", "#a8402c", "rust red"),
    Palette("plum", "#571b47", "plum", "#f3b6c6", "pink", "#c07ba6", "orchid"),
    Palette("coral", "#ea857c", "coral", "#3c0f2c", "dark purple", "#fff0e2", "cream"),
    Palette("pistachio", "#cfdc9f", "pistachio", "#5a1838", "burgundy", "#7f8f45", "olive"),
    Palette("raspberry", "#a31d4e", "raspberry", "#fde1d2", "shell pink", "#f08a9c", "rose"),
    Palette("petrol", "#0f3c52", "petrol blue", "#f1b650", "amber", "#79b4c0", "light petrol"),
    Palette("heather", "#b695cb", "heather", "#2a1140", "dark violet", "#ffffff", "white"),
    Palette("meadow", "#7fb069", "meadow green", "#10281c", "dark green", "#f6f4d6", "cream"),
)

PALETTES: Mapping[str, Palette] = MappingProxyType({palette.name: palette for palette in _CURATED})
