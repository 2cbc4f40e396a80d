"""The ways to pack many files into one: a new one is a file here and a line below."""

from __future__ import annotations

from lathe.delivery.packings.base import Packing
from lathe.delivery.packings.tars import Tar
from lathe.delivery.packings.zips import Zip

PACKINGS: dict[str, Packing] = {packing.suffix: packing for packing in (Zip(), Tar())}
"""Packings by how the name of an archive ends."""


def of_name(name: str) -> Packing:
    """The packing that an archive's name asks for by its ending; a ZIP where it names none of ours."""
    return PACKINGS.get(name.rpartition(".")[2].lower(), PACKINGS["zip"])
