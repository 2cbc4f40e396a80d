"""Covers that labels supply: their hue, and the files that browsers get."""

import io

import pytest
from PIL import Image, ImageCms, features

from lathe.pictures import covers
from lathe.pictures.errors import PictureError
from lathe.pictures.motifs import MOTIFS
from lathe.pictures.palettes import PALETTES

from .sounds import THREE_TRACKS

MEDIA_TYPES = ["image/webp", "image/jpeg", "image/png"] + (["image/avif"] if features.check("avif") else [])


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("motif", ["roll", "rosette", "strobe", "fan", "moire"])
def test_the_hue_read_from_pixels_is_the_hue_that_was_drawn(motif: str, palette: str) -> None:
    art = covers.draw("A title", THREE_TRACKS, motif=motif, palette=palette)
    apart = abs(covers.hue_of(covers.raster(art, 160)) - art.hue) % 360
    assert min(apart, 360 - apart) <= 10


def test_the_border_outweighs_the_middle() -> None:
    image = Image.new("RGB", (300, 300), "#13244a")
    image.paste("#c02a1b", (40, 40, 260, 260))
    assert covers.hue_of(image) == 260


def test_a_colourless_border_leaves_the_hue_to_the_picture() -> None:
    image = Image.new("RGB", (300, 300), "white")
    image.paste("#c02a1b", (100, 100, 200, 200))
    assert covers.hue_of(image) == 30


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "CMYK", "I;16", "LA"])
def test_any_kind_of_image_has_a_hue_and_can_be_encoded(mode: str) -> None:
    image = Image.new(mode, (64, 48))
    assert covers.hue_of(image) in range(0, 360, 10)
    assert covers.encode(image, "image/png", 32)[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_a_file_is_of_the_type_and_size_asked_for_and_shows_the_picture(media_type: str) -> None:
    picture = covers.raster(covers.draw("A title", THREE_TRACKS, motif="discs", palette="mustard"), 320)
    file = Image.open(io.BytesIO(covers.encode(picture, media_type, 160)))
    assert file.get_format_mimetype() == media_type
    assert file.size == (160, 160)
    assert covers.hue_of(file) == 80


def test_an_oblong_image_keeps_its_shape_and_a_small_one_its_size() -> None:
    wide, small = Image.new("RGB", (900, 600)), Image.new("RGB", (90, 90))
    assert Image.open(io.BytesIO(covers.encode(wide, "image/webp", 300))).size == (300, 200)
    assert Image.open(io.BytesIO(covers.encode(small, "image/webp", 300))).size == (90, 90)


def test_the_image_that_was_given_is_left_alone() -> None:
    image = Image.new("RGB", (900, 600), "red")
    covers.encode(image, "image/jpeg", 100)
    assert image.size == (900, 600)


def test_metadata_is_left_behind_and_the_picture_stands_upright() -> None:
    image = Image.new("RGB", (80, 40), "teal")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = "a private remark"
    source = io.BytesIO()
    image.save(source, "JPEG", exif=exif)
    file = covers.encode(Image.open(source), "image/jpeg", 80)
    assert Image.open(io.BytesIO(file)).size == (40, 80)
    assert b"private" not in file


def test_transparency_lies_on_white() -> None:
    file = covers.encode(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "image/png", 20)
    assert Image.open(io.BytesIO(file)).getpixel((10, 10)) == (255, 255, 255)


def test_a_profile_is_applied_and_a_broken_profile_is_ignored() -> None:
    lab = Image.new("LAB", (20, 20), (128, 200, 128))
    lab.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    red, green, _ = Image.open(io.BytesIO(covers.encode(lab, "image/png", 20))).getpixel((5, 5))
    assert red > green + 60
    broken = Image.new("RGB", (20, 20), "#336699")
    broken.info["icc_profile"] = b"not a profile"
    assert Image.open(io.BytesIO(covers.encode(broken, "image/png", 20))).getpixel((5, 5)) == (0x33, 0x66, 0x99)


def test_a_cut_off_file_is_refused_in_plain_words() -> None:
    source = io.BytesIO()
    covers.raster(covers.draw("A title", THREE_TRACKS), 200).save(source, "JPEG")
    broken = Image.open(io.BytesIO(source.getvalue()[:2000]))
    with pytest.raises(PictureError, match="cannot be read"):
        covers.encode(broken, "image/webp", 160)


def test_an_unknown_media_type_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(PictureError, match="Choose one of: image/webp, image/avif, image/jpeg, image/png"):
        covers.encode(Image.new("RGB", (9, 9)), "image/tiff", 160)


def test_a_size_of_nothing_is_refused() -> None:
    with pytest.raises(PictureError, match="1 px or more"):
        covers.encode(Image.new("RGB", (9, 9)), "image/png", 0)


def test_a_drawn_cover_fits_a_page_in_every_size() -> None:
    for motif in MOTIFS:
        art = covers.draw("A title", THREE_TRACKS, motif=motif)
        sizes = {size: len(covers.encode(covers.raster(art, size), "image/webp", size)) for size in (160, 320)}
        assert sizes[160] < 30_000
        assert sizes[320] < 90_000
