"""Small deliveries made for tests: tagged FLAC files, sidecars, covers, mandates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from mutagen.flac import FLAC, Picture
from PIL import Image

from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master

_lengths: Iterator[int] = count(8_000, 7)
"""Every file has its own length, and so its own music and its own hash."""

SATIE = {"album": "Gymnopédies", "artist": "Erik Satie", "date": "2025-05-17", "label": "Arcueil Éditions"}


def track(path: Path, **tags: str) -> Path:
    """Write a short master with these tags; no two are alike."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Master("short", samples=next(_lengths))
    masters.write(path, masters.pcm(made), made.rate_hz, made.bits)
    return tag(path, **tags)


def tag(path: Path, **tags: str) -> Path:
    """Put tags on a file, in place of those it has."""
    file = FLAC(path)
    file.delete()
    file.update(tags)
    file.save()
    return path


def release(folder: Path, titles: tuple[str, ...] = ("Lent", "Grave"), **tags: str) -> Path:
    """A folder with a track a title, tagged as one release."""
    for number, title in enumerate(titles, 1):
        track(folder / f"{number:02}.flac", title=title, tracknumber=str(number), **{**SATIE, **tags})
    return folder


def sidecar(folder: Path, text: str) -> Path:
    """Write a release.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "release.toml"
    path.write_text(text, encoding="utf-8")
    return path


def picture(width: int = 900, height: int = 900, colour: str = "#b23a24", kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(target, kind)
    return target.getvalue()


def embed(path: Path, data: bytes) -> None:
    """Put a front cover into a file."""
    file = FLAC(path)
    block = Picture()
    block.type, block.mime, block.data = 3, "image/png", data
    file.add_picture(block)
    file.save()


MANDATE = """
[[grants]]
document = "mandate.txt"
signed_by = "Camille Arnaud"
signed_on = 2025-01-15
"""


def mandated(folder: Path) -> Path:
    """Put a signed document beside the music."""
    path = folder / "mandate.txt"
    path.write_text("We let this shop sell our music.", encoding="utf-8")
    return path
