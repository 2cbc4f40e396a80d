"""Checksums as `sha256sum --check` reads them, of the files that are made."""

from __future__ import annotations

from collections.abc import Iterable

from lathe.delivery.lists.base import Listed, ListForm


class SumsByPath(ListForm):
    """Names files as the buyer's template does: beside what was unpacked, or fetched by aria2 or a Metalink."""

    name = "SHA256SUMS"
    media_type = "text/plain"

    def write(self, listed: Listed) -> str:
        return _lines((entry.sha256, entry.path) for entry in listed.entries)


class SumsByAddress(ListForm):
    """Names files as their addresses do: beside what was fetched by `wget -i` from the plain list."""

    name = "links.sha256"
    media_type = "text/plain"

    def write(self, listed: Listed) -> str:
        return _lines((entry.sha256, entry.address) for entry in listed.entries)


def _lines(sums: Iterable[tuple[str | None, str]]) -> str:
    return "".join(f"{sha256}  {name}\n" for sha256, name in sums if sha256)
