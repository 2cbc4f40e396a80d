"""One URL a line: for `wget -i`, `aria2c -i`, `xargs curl`, and whatever else reads lines."""

from __future__ import annotations

from lathe.delivery.lists.base import Listed, ListForm


class Plain(ListForm):
    """Writes the URLs alone."""

    name = "links.txt"
    media_type = "text/plain"

    def write(self, listed: Listed) -> str:
        return "".join(f"{entry.url}\n" for entry in listed.entries)
