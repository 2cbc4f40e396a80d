"""FLAC's metadata blocks read with bounds (RFC 9639, section 8). The writer is `flac`.

Nothing is believed: a length leads nowhere outside its own block, and none decides how much memory is taken.
"""

from __future__ import annotations

from typing import BinaryIO, NamedTuple

from lathe.audio.containers.flac import COMMENT, PICTURE, STREAMINFO
from lathe.audio.containers.window import OverrunError, Window
from lathe.audio.errors import AudioError, SourceFault

MIB = 1 << 20
MOST_BYTES = 64 * MIB
"""Of everything before the music, an ID3v2 tag too."""
MOST_TAG_BYTES = 4 * MIB
MOST_COMMENTS = 10_000
MOST_BLOCKS = 4096
_FORBIDDEN = 127
FRONT_COVER = 3
_LINK = b"-->"
"""In the place of a media type: the picture is an address, and lies elsewhere (RFC 9639, section 8.8)."""
_AGAIN = "Deliver the file again."


class MetadataError(AudioError):
    """Metadata that cannot be read; `kind` as in SourceError. The text goes on from a file's name and a colon."""

    def __init__(self, kind: SourceFault, message: str) -> None:
        super().__init__(message)
        self.kind: SourceFault = kind


class Block(NamedTuple):
    """A metadata block: its type, and where its body lies in the file."""

    kind: int
    start: int
    size: int


class Blocks(NamedTuple):
    """The blocks of a file, STREAMINFO first, and where the music begins."""

    all: tuple[Block, ...]
    music_start: int


class Art(NamedTuple):
    """A picture: its type (3 is the front cover), and where its bytes lie in the file."""

    kind: int
    start: int
    size: int


def blocks(stream: BinaryIO, start: int, file_bytes: int) -> Blocks:
    """Walk over the blocks behind the marker `fLaC` at `start`; only their headers are read. Raises MetadataError."""
    found: list[Block] = []
    place, is_last = start + 4, False
    while not is_last:
        header = Window(stream, place, min(4, max(0, file_bytes - place)))
        try:
            kind, size = header.number(1), header.number(3)
        except OverrunError as error:
            raise MetadataError("damaged", f"it breaks off in its metadata. {_AGAIN}") from error
        is_last = kind >= 0x80
        found.append(Block(kind & 0x7F, place + 4, size))
        place += 4 + size
        _check(found, place, file_bytes)
    return Blocks(tuple(found), place)


def _check(found: list[Block], end: int, file_bytes: int) -> None:
    """Refuse the newest block where it goes too far. Raises MetadataError."""
    newest = found[-1]
    if (newest.kind == STREAMINFO) != (len(found) == 1) or newest.kind == _FORBIDDEN:
        raise MetadataError(
            "damaged", f"its metadata block {len(found)} is of a kind that may not stand there. {_AGAIN}"
        )
    if end > file_bytes:
        raise MetadataError("damaged", f"it breaks off in its metadata. {_AGAIN}")
    if end > MOST_BYTES:
        raise MetadataError(
            "unsupported",
            f"more than {MOST_BYTES // MIB} MiB stand before its music. Take pictures and padding out of it.",
        )
    if len(found) > MOST_BLOCKS:
        raise MetadataError("unsupported", f"it has more than {MOST_BLOCKS} metadata blocks. Write its tags anew.")
    if newest.kind == COMMENT:
        _check_comment(found)


def _check_comment(found: list[Block]) -> None:
    if found[-1].size > MOST_TAG_BYTES:
        raise MetadataError(
            "unsupported", f"its tags take {found[-1].size} bytes; at most {MOST_TAG_BYTES} are read. Shorten them."
        )
    if sum(block.kind == COMMENT for block in found) > 1:
        raise MetadataError("damaged", f"it has two blocks of tags, and one is allowed. {_AGAIN}")


def comments(stream: BinaryIO, block: Block) -> list[tuple[str, str]]:
    """Return the (NAME, text) pairs of a comment block (section 8.6); bytes that are no UTF-8 become �.

    A line without `=` says nothing of anything and is passed over. Raises MetadataError.
    """
    window = Window(stream, block.start, block.size)
    try:
        window.skip(window.number(4, "little"))
        count = window.number(4, "little")
        if count > MOST_COMMENTS:
            raise MetadataError(
                "unsupported", f"it states {count} tags; at most {MOST_COMMENTS} are read. Leave some out."
            )
        lines = [window.take(window.number(4, "little")) for _ in range(count)]
    except OverrunError as error:
        raise MetadataError("damaged", f"its tags are broken ({error}). Tag the file again.") from error
    pairs = (line.decode("utf-8", "replace").partition("=") for line in lines)
    return [(name, text) for name, sign, text in pairs if name and sign]


def cover(stream: BinaryIO, found: Blocks) -> Art | None:
    """Return the first front cover, else the first picture of any kind. Raises MetadataError on a broken one."""
    pictures = [_art(stream, block) for block in found.all if block.kind == PICTURE]
    inside = [art for art in pictures if art is not None]
    return min(inside, key=lambda art: art.kind != FRONT_COVER, default=None)


def _art(stream: BinaryIO, block: Block) -> Art | None:
    """Return where a picture lies; None for one that is only linked to. Its bytes are not read."""
    window = Window(stream, block.start, block.size)
    try:
        kind = window.number(4)
        media_type = window.take(window.number(4))
        window.skip(window.number(4))
        window.skip(16)
        size = window.number(4)
        start = window.place
        window.skip(size)
    except OverrunError as error:
        raise MetadataError(
            "damaged", f"a picture in it is broken ({error}). Take the picture out, or put it in again."
        ) from error
    return None if media_type == _LINK else Art(kind, start, size)
