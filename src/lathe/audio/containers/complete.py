"""Does a file hold all that its container promises? For the kinds where FFmpeg plays what is left without a word."""

from __future__ import annotations

from typing import BinaryIO, NamedTuple

from lathe.audio.containers import ogg
from lathe.audio.containers.window import OverrunError, Window
from lathe.audio.errors import SourceFault

UNKNOWN_32 = 2**32 - 1
MOST_CHUNKS = 10_000


class Fault(NamedTuple):
    """What is wrong, to go on from a file's name."""

    kind: SourceFault
    text: str


def ogg_pages(stream: BinaryIO, file_bytes: int) -> Fault | None:
    """Look at every page: its checksum, its number, and that the last one says so (RFC 3533, section 6)."""
    window, numbers, flags = Window(stream, 0, file_bytes), dict[bytes, int](), 0
    while window.left:
        at = window.place
        try:
            page = _page(window)
        except OverrunError:
            return Fault("truncated", f"breaks off within a page, at byte {at}")
        if not ogg.is_page(page, 0, len(page)):
            return Fault("damaged", f"is damaged at byte {at}: a page fails its checksum")
        serial, number, flags = page[14:18], int.from_bytes(page[18:22], "little"), page[5]
        if number != numbers.get(serial, number):
            return Fault("damaged", f"is damaged at byte {at}: pages are missing")
        numbers[serial] = number + 1 & 0xFFFFFFFF
    return None if flags & ogg.LAST else Fault("truncated", "breaks off: its last page is missing")


def _page(window: Window) -> bytes:
    """Return the next page, at most 65 307 bytes. Raises OverrunError."""
    head = window.take(27)
    lacing = window.take(head[26])
    return head + lacing + window.take(sum(lacing))


def wave_chunks(stream: BinaryIO, file_bytes: int) -> Fault | None:
    """Look for the `data` chunk and whether the file is long enough for it; RF64 tells its length in `ds64`."""
    window, long_size = Window(stream, 0, file_bytes), 0
    try:
        window.skip(12)
        for _ in range(MOST_CHUNKS):
            name, size = window.take(4), window.number(4, "little")
            if name == b"data":
                stated = long_size if size == UNKNOWN_32 else size
                short = stated - window.left
                return (
                    Fault("truncated", f"breaks off: {short} of {stated} bytes of sound are missing")
                    if short > 0
                    else None
                )
            if name == b"ds64":
                window.skip(8)
                long_size = window.number(8, "little")
                size -= 16
            window.skip(max(0, size + size % 2))
    except OverrunError:
        pass
    return Fault("damaged", "has no chunk of sound")
