"""Images to the bytes of a file that browsers show."""

import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from PIL import Image, ImageCms, ImageOps, features

from lathe.pictures.errors import PictureError

# Full colour resolution and moderate loss: covers are thin lines of one strong colour on another.
_SETTINGS: Mapping[str, tuple[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "image/webp": ("WEBP", {"quality": 84, "method": 5, "use_sharp_yuv": True}),
        "image/avif": ("AVIF", {"quality": 66, "speed": 6, "subsampling": "4:4:4"}),
        "image/jpeg": ("JPEG", {"quality": 88, "subsampling": 0, "optimize": True, "progressive": True}),
        "image/png": ("PNG", {"optimize": True}),
    }
)


def encode(image: Image.Image, media_type: str, size_px: int) -> bytes:
    """Return an image as a file, its longer side `size_px` or less; a smaller image is not enlarged.

    Colours are brought to sRGB, transparency lies on white, the orientation tag is applied, and nothing else of the
    original's metadata is kept.

    Args:
        image: any image that Pillow has opened.
        media_type: `image/webp`, `image/avif`, `image/jpeg` or `image/png`.
        size_px: longest side, 1 or more.

    Raises:
        PictureError: the media type is not one of these, this Pillow cannot write it, or the size is under 1.
    """
    if media_type not in _SETTINGS:
        raise PictureError(f"Pictures cannot be written as {media_type!r}. Choose one of: {', '.join(_SETTINGS)}.")
    name, options = _SETTINGS[media_type]
    if name in ("WEBP", "AVIF") and not features.check(name.lower()):
        raise PictureError(f"This installation of Pillow cannot write {media_type}. Ask for image/jpeg or image/png.")
    if size_px < 1:
        raise PictureError(f"A picture of {size_px} px cannot be made. Ask for 1 px or more.")
    fitted = flattened(image)
    fitted.thumbnail((size_px, size_px), Image.Resampling.LANCZOS, reducing_gap=3.0)
    target = io.BytesIO()
    fitted.save(target, name, **options)
    return target.getvalue()


def flattened(image: Image.Image) -> Image.Image:
    """Return a copy as it is meant to be seen: upright, in sRGB, on white where it was transparent.

    Raises:
        PictureError: the image's data is broken.
    """
    try:
        upright = ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError(f"This image cannot be read: {error}. Supply the cover file again.") from error
    if upright.has_transparency_data:
        clear = upright.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert("RGB")
    return _in_srgb(upright)


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # A profile that does not fit its image is common; the plain reading is then the best one.
            return _bare(image.convert("RGB"))
        if converted is not None:
            return _bare(converted)
    return _bare(image.convert("RGB"))


def _bare(image: Image.Image) -> Image.Image:
    plain = image.copy()
    plain.info = {}
    return plain
