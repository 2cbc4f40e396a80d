"""The forms of lists of links: a new one is a file here and a line below."""

from __future__ import annotations

from lathe.delivery.lists.aria2 import Aria2
from lathe.delivery.lists.base import ListForm
from lathe.delivery.lists.m3u8 import M3u8
from lathe.delivery.lists.metalink import Metalink
from lathe.delivery.lists.plain import Plain
from lathe.delivery.lists.sums import SumsByAddress, SumsByPath

LISTS: dict[str, ListForm] = {
    form.name: form for form in (Plain(), Aria2(), M3u8(), Metalink(), SumsByPath(), SumsByAddress())
}
"""Forms by the names under which they are fetched."""
