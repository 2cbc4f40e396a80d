"""Cuts one file from one master, by the audio room alone."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, UnidentifiedImageError

from lathe.audio import decode, formats, heads, plan, prove
from lathe.audio.codecs import CODECS
from lathe.audio.explain import Explain
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags
from lathe.cli import bodies, targets
from lathe.cli.errors import CommandError
from lathe.ingest import words

_PIECE_BYTES = 1 << 20
_MOST_PIXELS = 50_000_000


@dataclass(frozen=True)
class Order:
    """What to cut: the master, the format's text, where to (None for standard output), and whether a file that is there
    may go; `workers` are how many processes encode it, None for one a core; `verify` asks for a proof.
    """

    master: Path
    fmt: str
    target: Path | None
    force: bool
    workers: int | None = None
    verify: bool = False


@dataclass(frozen=True)
class Done:
    """What was cut: its label, the size of the file in bytes, how the body was made, and what was proved of it."""

    label: str
    size_bytes: int
    explain: Explain
    proved: list[str]


def cut(order: Order, progress: Callable[[float], None]) -> Done:
    """Cut and write the file, aside first and then, once it is proved where that was asked for, into place.

    Raises CommandError, FormatError, SourceError, EncodeError, ProofError; nothing is left behind then.
    """
    fmt = formats.offered(order.fmt)
    if order.target:
        targets.check(order.target, force=order.force, source=order.master)
    elif sys.stdout is None:
        raise CommandError("Standard output is closed. Name a file, or hand the music on to a program.")
    elif sys.stdout.isatty():
        raise CommandError("Standard output is a terminal. Name a file, or hand the music on to a program.")
    probe = decode.probe(order.master)
    source = probe.source if probe.source.samples else decode.verify(order.master)
    fmt, words = plan.conform(fmt, source), (_tags(probe, order.master), _picture(probe))
    with TemporaryDirectory(prefix=".lathe-", dir=order.target.parent if order.target else None) as folder:
        body = Path(folder) / "body"
        facts, explain = bodies.write(bodies.Task(fmt, order.master, source, order.workers), body, progress)
        whole = Path(folder) / f"whole.{CODECS[fmt.codec].extension}"
        _join(whole, (fmt, source), words, body, facts)
        proved = prove.prove(whole, prove.Promise(fmt, order.master, source, *words)) if order.verify else []
        size = whole.stat().st_size
        _deliver(whole, order)
    return Done(plan.label(fmt, source), size, explain, proved)


def _join(
    whole: Path, cut: tuple[Format, Source], words: tuple[Tags, Picture | None], body: Path, facts: BodyFacts
) -> None:
    head = heads.head(*cut, *words, facts)
    stitcher = heads.stitcher(cut[0], head, facts)
    with body.open("rb") as source, whole.open("xb") as target:
        target.write(head)
        while piece := source.read(_PIECE_BYTES):
            target.write(stitcher.feed(piece))
        target.write(stitcher.finish())
        target.write(heads.tail(*cut, *words))


def _deliver(whole: Path, order: Order) -> None:
    """Hand the finished file over; one that appeared in its place meanwhile is not written over."""
    if order.target is None:
        with whole.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer, _PIECE_BYTES)
        sys.stdout.flush()
    else:
        targets.put(whole, order.target, force=order.force)


def _tags(probe: decode.Probe, master: Path) -> Tags:
    said = words.read(probe.tags)
    return Tags(
        title=said.title or master.stem,
        artists=(said.artist,) if said.artist else (),
        album=said.album,
        album_artist=said.album_artist,
        composers=said.composers,
        track_number=said.number,
        disc_number=said.disc,
        date=said.released_on.isoformat() if said.released_on else "",
        genre=said.genre,
        isrc=said.isrc,
        upc=said.upc,
        label=said.label,
        copyright=said.copyright,
        licence=said.licence,
    )


def _picture(probe: decode.Probe) -> Picture | None:
    """The master's cover, where it is a JPEG or PNG that players can show."""
    if not probe.picture:
        return None
    try:
        image = Image.open(io.BytesIO(probe.picture), formats=["JPEG", "PNG"])
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        return None
    if image.width * image.height > _MOST_PIXELS:
        return None
    return Picture(f"image/{str(image.format).lower()}", probe.picture, image.width, image.height, "Cover")
