"""Covers at import: a picture that came along, else one drawn from the sound, stored in the sizes that pages want."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from lathe.catalogue.actions import CoverFacts
from lathe.ingest.errors import CoverError
from lathe.objects import stores
from lathe.pictures import covers
from lathe.pictures.covers import CoverArt
from lathe.pictures.errors import PictureError

LARGEST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
PAGE_SIZES_PX = (160, 320, 640, 1280)
EMBEDDED_PX = 600
NAMES = ("cover", "folder", "front")
DRAWN = "image/svg+xml"
_ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def in_folder(folder: Path) -> Path | None:
    """The picture that lies beside the music as people name it: cover.jpg, folder.png, front.webp."""
    files = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file() and not path.is_symlink()}
    names = (f"{name}.{ending}" for name in NAMES for ending in ("jpg", "jpeg", "png", "webp"))
    return next((files[name] for name in names if name in files), None)


def read(path: Path) -> bytes:
    """A picture file, if it is not too large. Raises CoverError."""
    if not path.is_file():
        raise CoverError(
            f"There is no cover {path.name}. Put it into the folder, or take its name out of release.toml."
        )
    if path.stat().st_size > LARGEST_BYTES:
        raise CoverError(f"The cover {path.name} is larger than {LARGEST_BYTES // 1_000_000} MB. Save it smaller.")
    return path.read_bytes()


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def adopt(data: bytes, alt: str) -> CoverFacts:
    """Store a picture as a cover: the original, and the sizes pages want. Raises CoverError where it is none."""
    image = _opened(data)
    sha256 = sha256_of(data)
    ending = _ENDINGS[str(image.format)]
    try:
        facts = CoverFacts(sha256, f"image/{'jpeg' if ending == 'jpg' else ending}", alt, covers.hue_of(image))
        _store(sha256, image)
    except (PictureError, OSError, SyntaxError, ValueError) as wrong:
        raise CoverError(f"The cover cannot be read: {wrong}. Save it again as JPEG or PNG.") from wrong
    stores.covers().put_new(f"{sha256}.{ending}", data)
    return facts


def draw(seed: str, envelopes: Sequence[bytes], *, motif: str, palette: str) -> CoverArt:
    """Draw a cover from the loudness of the masters. Raises CoverError where motif or palette is not known."""
    curves = [list(envelope) or [0] for envelope in envelopes]
    try:
        return covers.draw(seed, curves, motif=motif or None, palette=palette or None)
    except PictureError as wrong:
        raise CoverError(str(wrong)) from wrong


def keep(art: CoverArt, alt: str) -> CoverFacts:
    """Store a drawn cover: the drawing, and the sizes pages want."""
    data = art.svg.encode("utf-8")
    sha256 = sha256_of(data)
    if stores.covers().size(f"{sha256}.svg") is None:
        _store(sha256, covers.raster(art, max(PAGE_SIZES_PX)))
        stores.covers().put_new(f"{sha256}.svg", data)
    return CoverFacts(sha256, DRAWN, alt or art.alt, art.hue)


def is_stored(sha256: str) -> bool:
    """Whether a cover is in the store; its original goes in last, so it tells for all of them."""
    return any(stores.covers().size(f"{sha256}.{ending}") is not None for ending in ("svg", *_ENDINGS.values()))


def _store(sha256: str, image: Image.Image) -> None:
    for size in sorted(PAGE_SIZES_PX, reverse=True):
        stores.covers().put_new(f"{sha256}-{size}.webp", covers.encode(image, "image/webp", size))
    stores.covers().put_new(f"{sha256}-{EMBEDDED_PX}.jpg", covers.encode(image, "image/jpeg", EMBEDDED_PX))


def _opened(data: bytes) -> Image.Image:
    """A picture that is small enough to decode. Only its header is read here."""
    if len(data) > LARGEST_BYTES:
        raise CoverError(f"The cover is larger than {LARGEST_BYTES // 1_000_000} MB. Save it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=list(_ENDINGS))
    except Image.DecompressionBombError as wrong:
        raise CoverError("The cover promises far more pixels than the 50 million that fit. Save it smaller.") from wrong
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as wrong:
        raise CoverError("The cover is not a JPEG, PNG or WebP picture. Save it as one.") from wrong
    if image.width * image.height > MOST_PIXELS:
        raise CoverError(
            f"The cover has {image.width} × {image.height} pixels; at most 50 million fit. Save it smaller."
        )
    return image
