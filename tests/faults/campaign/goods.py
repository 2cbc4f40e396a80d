"""What is on sale in a campaign: three short masters in several formats, owned by one buyer, and the right bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from lathe.audio import heads
from lathe.audio.formats import parse
from lathe.audio.pool import EncoderPool
from lathe.catalogue.models import Track
from lathe.delivery import blueprints, links
from lathe.delivery.links import FileLink
from tests import serving, shops
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master

FORMATS = ("wav", "flac", "mp3:cbr=320", "mp3:vbr=2", "opus:96", "aac:128", "wavpack")
"""Of every class, with bodies in one part and in many, and with heads that change the body (Ogg)."""
SHAPES = (Master("ten", samples=441_000), Master("four", samples=176_400), Master("one", samples=44_100))
PATIENCE_S = 120.0


@dataclass(frozen=True)
class File:
    """A file to ask for: its path at every node, and the bytes that are right."""

    name: str
    path: str
    right: bytes


@dataclass(frozen=True)
class Archive:
    """A ZIP of all tracks in one format: its path at every node, and the tracks that must be in it."""

    name: str
    path: str
    tracks: list[bytes]


@dataclass(frozen=True)
class Goods:
    """All there is to ask for."""

    files: list[File]
    archives: list[Archive]


def on_sale(folder: Path) -> Goods:
    """Open the shop, and make every file by a pool of this process: the campaign's nodes have no part in it."""
    folder.mkdir()
    shop = shops.opened()
    paths = [masters.make(folder, shape) for shape in SHAPES]
    for track, path in zip(shop.tracks, paths, strict=True):
        serving.press(track, path)
    shop = serving.anew(shop)
    person = serving.bought(shop, "flac").person
    if person is None:
        raise AssertionError("The order has no buyer.")
    made, archives = [], []
    with EncoderPool(workers=1, spool=folder / "spool") as pool:
        for fmt in FORMATS:
            right = [_cut(pool, shop, track, path, fmt) for track, path in zip(shop.tracks, paths, strict=True)]
            made += [
                File(f"{track.number} as {fmt}", _path(person.uid, shop, track, fmt), content)
                for track, content in zip(shop.tracks, right, strict=True)
            ]
            archives.append(Archive(f"archive of {fmt}", _path(person.uid, shop, None, fmt), right))
    return Goods(made, archives)


def _path(person: UUID, shop: shops.Shop, track: Track | None, fmt: str) -> str:
    link = FileLink(person, shop.release.uid, track.uid if track else None, fmt)
    return f"/d/{links.file_token(link)}/{'file' if track else 'all.zip'}"


def _cut(pool: EncoderPool, shop: shops.Shop, track: Track, path: Path, fmt: str) -> bytes:
    plan = blueprints.blueprint(track, shop.release, parse(fmt))
    cut = pool.cut(plan.body_key, plan.fmt, path, plan.source, hold=True)
    facts = cut.wait_blocking(PATIENCE_S)
    head = plan.head(facts)
    stitcher = heads.stitcher(plan.fmt, head)
    return head + stitcher.feed(cut.path.read_bytes()) + stitcher.finish() + plan.tail()
