"""The targets: each takes any bytes at all, and fails where a reader does what it must not.

A reader may refuse with its own named error. It may not raise another, believe a length, or make up bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

from lathe.audio import decode, playing
from lathe.audio.containers import complete, flac_metadata, identify, ogg
from lathe.audio.containers.flac import COMMENT
from lathe.audio.containers.flac_metadata import MetadataError
from lathe.audio.errors import SourceError
from lathe.ingest import words

Target = Callable[[bytes], None]
_SHIFT = 3


@contextmanager
def _file(data: bytes, ending: str = ".flac") -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=ending) as file:
        file.write(data)
        file.flush()
        yield Path(file.name)


def metadata(data: bytes) -> None:
    """FLAC's blocks behind a marker: tags and picture lie within the bytes."""
    stream = BytesIO(data)
    try:
        blocks = flac_metadata.blocks(stream, 0, len(data))
    except MetadataError:
        return
    assert blocks.music_start <= len(data)
    with suppress(MetadataError):
        for block in blocks.all:
            if block.kind == COMMENT:
                pairs = flac_metadata.comments(stream, block)
                assert sum(len(name) + len(text) for name, text in pairs) <= block.size
        cover = flac_metadata.cover(stream, blocks)
        assert cover is None or cover.start + cover.size <= blocks.music_start


def probe(data: bytes) -> None:
    """A whole file, as an import first looks at it, and its words as the import reads them."""
    with _file(data) as path, suppress(SourceError):
        found = decode.probe(path)
        assert len(found.picture or b"") <= len(data)
        words.read(found.tags)


def master(data: bytes) -> None:
    """A whole file decoded: what passes for whole has as many samples as it says."""
    with _file(data) as path, suppress(SourceError):
        source = decode.verify(path)
        assert sum(len(block) for block in decode.pcm_blocks(path)) == source.samples > 0


def kind(data: bytes) -> None:
    """The first look at a file: any bytes have a kind with a name."""
    with _file(data) as path:
        assert identify.kind(path).name
    assert 0 <= identify.id3_bytes(data[:10]) < 2**28 + 20


def containers(data: bytes) -> None:
    """The walks through Ogg pages and WAV chunks end, and what they find is told in words."""
    for walk in (complete.ogg_pages, complete.wave_chunks):
        fault = walk(BytesIO(data), len(data))
        assert fault is None or fault.text


def pages(data: bytes) -> None:
    """Renumbering changes no length, does not care how the bytes are cut, and can be undone in whole pages."""
    whole = ogg.Renumberer(_SHIFT)
    moved = whole.feed(data) + whole.finish()
    assert len(moved) == len(data)
    halves = ogg.Renumberer(_SHIFT)
    middle = len(data) // 2
    assert halves.feed(data[:middle]) + halves.feed(data[middle:]) + halves.finish() == moved
    for page in ogg.pages_of(data):
        assert ogg.renumbered(ogg.renumbered(page, _SHIFT), -_SHIFT)[:22] == page[:22]
    assert sum(len(packet) for packet in ogg.packets_of(ogg.pages_of(data))) <= len(data)


def other(data: bytes) -> None:
    """A file of any kind, played to its end."""
    with _file(data, ".bin") as path, suppress(SourceError):
        played = playing.count(path, playing.look(path))
        assert played.source.samples > 0


TARGETS: dict[str, Target] = {
    "metadata": metadata,
    "probe": probe,
    "master": master,
    "kind": kind,
    "containers": containers,
    "pages": pages,
    "other": other,
}
