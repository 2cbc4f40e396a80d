"""A Metalink 4 document (RFC 5854): names, sizes and SHA-256 with the URLs. For aria2 and other download managers."""

from __future__ import annotations

from xml.etree import ElementTree

import lathe
from lathe.delivery.lists.base import Entry, Listed, ListForm

_NAMESPACE = "urn:ietf:params:xml:ns:metalink"


class Metalink(ListForm):
    """Writes a Metalink. Its origin is dynamic (4.2.9): asked again, it gives fresh links and what is known by then."""

    name = "links.meta4"
    media_type = "application/metalink4+xml"

    def write(self, listed: Listed) -> str:
        root = ElementTree.Element("metalink", xmlns=_NAMESPACE)
        _add(root, "generator", f"Lathe/{lathe.__version__}")
        _add(root, "origin", listed.url, dynamic="true")
        for entry in listed.entries:
            _add_file(root, entry)
        ElementTree.indent(root)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _add_file(root: ElementTree.Element, entry: Entry) -> None:
    file = ElementTree.SubElement(root, "file", name=entry.path)
    _add(file, "description", entry.title)
    if entry.size is not None:
        _add(file, "size", str(entry.size))
    if entry.sha256:
        _add(file, "hash", entry.sha256, type="sha-256")
    _add(file, "url", entry.url)


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = _readable(text)


def _readable(text: str) -> str:
    """A text without the control characters that XML 1.0 cannot hold (2.2)."""
    return "".join(letter for letter in text if letter >= " " and letter not in "\ufffe\uffff")
