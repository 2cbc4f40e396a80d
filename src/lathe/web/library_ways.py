"""The ways to fetch what a link opens: in the browser, by a command, by a download manager, in a player."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from lathe.delivery import links
from lathe.delivery.links import FileLink
from lathe.delivery.lists import LISTS
from lathe.delivery.lists.metalink import Metalink
from lathe.delivery.packings import PACKINGS


@dataclass(frozen=True)
class Way:
    """A link and its words."""

    text: str
    url: str


@dataclass(frozen=True)
class Ways:
    """All the ways to one thing. `url` is of the file, or of the archive as a ZIP; `name` what a command calls it."""

    name: str
    url: str
    packed: Sequence[Way]
    lists: Sequence[Way]

    @property
    def commands(self) -> Sequence[str]:
        """Commands that fetch it, and go on where they were stopped when they are given again."""
        metalink = next(way.url for way in self.lists if way.url.endswith(Metalink.name))
        return (
            f"curl -C - -o {shlex.quote(self.name)} {shlex.quote(self.url)}",
            f"wget -c {shlex.quote(self.url)}",
            f"aria2c -c -x4 -s4 -k1M {shlex.quote(metalink)}",
        )


def stem(link: FileLink) -> str:
    """A name for the archive of one cut, without its ending: 'mp3-cbr320'."""
    return link.format.replace(":", "-").replace("=", "") or "music"


def to_file(link: FileLink, address: str, name: str) -> Ways:
    """The ways to one file."""
    return Ways(name, links.file_address(link, address), (), _lists(link))


def to_archive(link: FileLink, stem: str) -> Ways:
    """The ways to several files: packed, or listed."""
    packed = [Way(way.name, links.file_address(link, f"{stem}.{way.suffix}")) for way in PACKINGS.values()]
    return Ways(f"{stem}.zip", packed[0].url, packed, _lists(link))


def _lists(link: FileLink) -> list[Way]:
    words = _words()
    return [Way(words.get(name, name), links.list_address(link, name)) for name in LISTS]


def _words() -> dict[str, str]:
    """What a form of list is called on the page; one that is not here is called by its own name."""
    return {
        "links.txt": gettext("List of links"),
        "aria2.txt": gettext("List for aria2, with names"),
        "playlist.m3u8": gettext("M3U for VLC, Kodi"),
        "links.meta4": gettext("Metalink"),
        "links.sha256": gettext("Checksums for the list of links"),
    }
