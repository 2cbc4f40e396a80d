"""aria2's input file: under each URL, what to call the file and the checksum it must have. For `aria2c -i`."""

from __future__ import annotations

from collections.abc import Iterator

from lathe.delivery.lists.base import Entry, Listed, ListForm


class Aria2(ListForm):
    """Writes URLs with options; an option's line begins with a blank."""

    name = "aria2.txt"
    media_type = "text/plain"

    def write(self, listed: Listed) -> str:
        return "".join(f"{line}\n" for entry in listed.entries for line in _lines(entry))


def _lines(entry: Entry) -> Iterator[str]:
    yield entry.url
    yield f" out={entry.path}"
    if entry.sha256:
        yield f" checksum=sha-256={entry.sha256}"
