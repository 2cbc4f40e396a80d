import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from lathe.pictures import colour, covers
from lathe.pictures.errors import PictureError
from lathe.pictures.motifs import MOTIFS

from .reading import SVG, painted, polygons
from .sounds import ONE_TRACK, RELEASES, SILENCE, THREE_TRACKS, music

EVERY_MOTIF = pytest.mark.parametrize("motif", MOTIFS)
EVERY_RELEASE = pytest.mark.parametrize("release", RELEASES)


def test_there_are_ten_motifs() -> None:
    assert len(MOTIFS) == 10


@EVERY_MOTIF
@EVERY_RELEASE
def test_a_cover_is_a_small_well_formed_picture_without_text_or_style(motif: str, release: str) -> None:
    art = covers.draw("0884977000000", RELEASES[release], motif=motif)
    assert 12_000 <= len(art.svg.encode()) <= 200_000
    root = ElementTree.fromstring(art.svg)  # noqa: S314 - our own text
    assert root.get("viewBox") == "0 0 600 600"
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "rect", "path", "g", "clipPath", "use"}
    assert not any("style" in element.attrib or (element.text or "").strip() for element in root.iter())


@EVERY_MOTIF
@EVERY_RELEASE
def test_a_cover_has_lines_and_leaves_ground(motif: str, release: str) -> None:
    art = covers.draw("0884977000000", RELEASES[release], motif=motif, palette="navy")
    picture = np.asarray(covers.raster(art, 96), dtype=np.float64)
    ground, line = colour.rgb(art.ground), colour.rgb(art.lines[0])
    inked = float(((picture - ground) / (line - ground)).mean())
    assert 0.02 < inked < 0.75


@EVERY_MOTIF
def test_the_pixels_show_what_the_svg_says(motif: str) -> None:
    art = covers.draw("A title", THREE_TRACKS, motif=motif)
    ours = np.asarray(covers.raster(art, 200), dtype=np.float64)
    theirs = np.asarray(painted(art.svg, 200), dtype=np.float64)
    assert float(np.abs(ours - theirs).mean()) < 6
    # Pillow's polygons are a little fat, so edges differ; what matters is that both rise and fall together.
    assert float(np.corrcoef(ours.reshape(-1), theirs.reshape(-1))[0, 1]) > 0.97


@EVERY_MOTIF
def test_louder_music_makes_another_picture_than_silence(motif: str) -> None:
    assert covers.draw("x", ONE_TRACK, motif=motif).svg != covers.draw("x", SILENCE, motif=motif).svg


def test_the_same_release_gets_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib; from lathe.pictures import covers; from lathe.pictures.motifs import MOTIFS;"
        "print(hashlib.sha256(''.join(covers.draw('u', [[1, 5, 2, 9] * 350], motif=m).svg for m in MOTIFS).encode())"
        ".hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 64


def test_the_seed_chooses_motif_and_palette_and_they_differ() -> None:
    drawn = [covers.draw(f"upc {number}", SILENCE) for number in range(60)]
    assert {art.motif for art in drawn} == set(MOTIFS)
    assert len({art.palette for art in drawn}) > 20


def test_a_given_motif_and_palette_are_used() -> None:
    art = covers.draw("Trois Gymnopédies", THREE_TRACKS, motif="discs", palette="mustard")
    assert (art.motif, art.palette, art.ground, art.hue) == ("discs", "mustard", "#cf9b2f", 80)
    assert art.lines == ("#241c0c", "#fbf3dd")
    assert art.alt == "Three overlapping discs of engraved lines, black and cream on mustard"


def test_a_picture_of_one_ink_names_one_ink() -> None:
    art = covers.draw("A title", ONE_TRACK, motif="roll", palette="brick")
    assert art.lines == ("#f8e7cf",)
    assert art.alt.endswith("cream on brick red")


def test_a_rosette_has_a_lobe_for_each_track() -> None:
    art = covers.draw("Thirty-two pieces", [music(track) for track in range(32)], motif="rosette")
    assert "32 petals" in art.alt


@pytest.mark.parametrize(("count", "words"), [(2, "Two overlapping"), (7, "Seven overlapping"), (12, "Twelve discs")])
def test_there_is_a_disc_for_each_track(count: int, words: str) -> None:
    art = covers.draw("Pieces", [music(track) for track in range(count)], motif="discs")
    assert art.alt.startswith(words)


def test_every_number_is_rounded_to_a_tenth() -> None:
    art = covers.draw("A title", ONE_TRACK, motif="spiral")
    path = next(iter(ElementTree.fromstring(art.svg).iter(f"{SVG}path")))  # noqa: S314 - our own text
    assert not re.search(r"\.\d\d|e", path.get("d", ""))
    assert all(np.all((shape > -20) & (shape < 620)) for shape in polygons(path.get("d", "")))


def test_an_unknown_motif_is_refused_with_the_list_of_motifs() -> None:
    with pytest.raises(PictureError, match=r"no motif 'cube'\. Choose one of: spiral, rosette"):
        covers.draw("A title", ONE_TRACK, motif="cube")


def test_an_unknown_palette_is_refused_with_the_list_of_palettes() -> None:
    with pytest.raises(PictureError, match=r"no palette 'beige'\. Choose one of: mustard, navy"):
        covers.draw("A title", ONE_TRACK, palette="beige")


@pytest.mark.parametrize("size_px", [0, 15, 4097])
def test_a_size_out_of_range_is_refused(size_px: int) -> None:
    with pytest.raises(PictureError, match="16 to 4096 px"):
        covers.raster(covers.draw("A title", SILENCE), size_px)
