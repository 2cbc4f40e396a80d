"""An extended M3U in UTF-8, for players that fetch by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from lathe.delivery.lists.base import Entry, Listed, ListForm


class M3u8(ListForm):
    """Writes a playlist: length in seconds, artist and title, URL."""

    name = "playlist.m3u8"
    media_type = "audio/x-mpegurl"

    def write(self, listed: Listed) -> str:
        lines = ["#EXTM3U", f"#PLAYLIST:{_line(listed.title)}"]
        lines += [line for entry in listed.entries for line in _lines(entry)]
        return "".join(f"{line}\n" for line in lines)


def _lines(entry: Entry) -> Iterator[str]:
    name = f"{entry.artist} - {entry.title}" if entry.artist else entry.title
    yield f"#EXTINF:{round(entry.duration_s)},{_line(name)}"
    yield entry.url


def _line(text: str) -> str:
    """A text on one line: whatever a title holds, it begins no line of its own."""
    return " ".join(text.split())
