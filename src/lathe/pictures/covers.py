"""Covers: a square picture drawn from the sound of a release.

`draw` makes it as SVG, `raster` as pixels from the same geometry. A seed (the UPC, else the title) decides all that the
sound does not, so that a release keeps its cover and two releases rarely share one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from PIL import Image

from lathe.pictures import colour, pixels, svg
from lathe.pictures.encoding import encode
from lathe.pictures.errors import PictureError
from lathe.pictures.ground import hue_of
from lathe.pictures.loudness import Loudness
from lathe.pictures.motifs import MOTIFS, Sketch, Traced
from lathe.pictures.palettes import PALETTES, Palette
from lathe.pictures.picture import Picture, printed

__all__ = ["CoverArt", "draw", "encode", "hue_of", "raster"]


@dataclass(frozen=True)
class CoverArt:
    """A drawn cover."""

    svg: str  # a whole document, 600 by 600 units
    hue: int  # OKLCH hue in steps of 10, 0 to 350: of the ground, or of a grey ground's liveliest line
    ground: str  # "#rrggbb"
    lines: tuple[str, ...]  # the inks in use, "#rrggbb", main line first
    motif: str
    palette: str
    alt: str  # one plain sentence that describes the picture, without a full stop
    picture: Picture = field(repr=False)  # the geometry, for `raster`


def draw(
    seed: str, envelopes: Sequence[Sequence[float]], *, motif: str | None = None, palette: str | None = None
) -> CoverArt:
    """Draw the cover of a release; the same input gives the same bytes.

    Args:
        seed: UPC or title. It chooses motif and palette where none is given, and the motif's variation.
        envelopes: one loudness curve a track, in order, on any scale, best in 1400 bins.
        motif: a name in `motifs.MOTIFS`.
        palette: a name in `palettes.PALETTES`.

    Raises:
        PictureError: there is no track, a curve is not loudness, or a name is not known.
    """
    digest = hashlib.sha256(seed.encode(errors="surrogatepass")).digest()
    motif = _chosen("motif", motif, tuple(MOTIFS), digest[0:4])
    inks = PALETTES[_chosen("palette", palette, tuple(PALETTES), digest[4:8])]
    sketch = Sketch(Loudness.of(envelopes), _chances(digest[8:16]))
    traced = MOTIFS[motif](sketch)
    picture = printed(traced.line, traced.second, inks)
    return CoverArt(
        svg=svg.write(picture, f"k{digest.hex()[:8]}"),
        hue=colour.accent_hue(inks.ground, picture.inks),
        ground=inks.ground,
        lines=picture.inks,
        motif=motif,
        palette=inks.name,
        alt=_description(traced, inks),
        picture=picture,
    )


def raster(art: CoverArt, size_px: int) -> Image.Image:
    """Return a drawn cover as an RGB image, `size_px` square.

    Raises:
        PictureError: the size is outside 16 to 4096.
    """
    return pixels.paint(art.picture, size_px)


def _chances(seed: bytes) -> Random:
    return Random(int.from_bytes(seed, "big"))  # noqa: S311 - it varies a drawing, nothing rests on it being secret


def _chosen(kind: str, name: str | None, names: tuple[str, ...], chance: bytes) -> str:
    if name is None:
        return names[int.from_bytes(chance, "big") % len(names)]
    if name not in names:
        raise PictureError(f"There is no {kind} {name!r}. Choose one of: {', '.join(names)}.")
    return name


def _description(traced: Traced, inks: Palette) -> str:
    words = f"{inks.line_word} and {inks.second_word}" if traced.second else inks.line_word
    return f"{traced.subject}, {words} on {inks.ground_word}"
