"""Honest files to begin from: bytes drawn blindly seldom get past a magic number."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from lathe.audio.codecs import CODECS
from lathe.audio.tags import Picture
from tests.contracts.audio import crafted, cuts, masters
from tests.contracts.audio.masters import Master

SHORT = Master("seed", samples=3000, channels=1)
_COVER = Picture("image/png", crafted.png_bomb(4))


@cache
def flacs() -> tuple[bytes, ...]:
    """Return small masters: plain, with all kinds of metadata, behind an ID3v2 tag."""
    with TemporaryDirectory() as folder:
        plain = masters.make(Path(folder), SHORT).read_bytes()
    blocks = [
        crafted.comment(b"TITLE=Lent", b"ISRC=FRZ992500002", b"TRACKNUMBER=1/3"),
        crafted.picture(b"front"),
        (crafted.PADDING, bytes(20)),
    ]
    rich = crafted.with_blocks(plain, *blocks)
    return plain, rich, b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + rich


@cache
def others() -> tuple[bytes, ...]:
    """Return a small file of each codec, with tags and a cover."""
    with TemporaryDirectory() as folder:
        master = masters.make(Path(folder), SHORT)
        return tuple(
            cuts.make(Path(folder), master, codec.trials[0], _COVER)[0].read_bytes() for codec in CODECS.values()
        )


def all_of_them() -> tuple[bytes, ...]:
    """Return every seed."""
    return flacs() + others()
