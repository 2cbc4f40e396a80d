"""The shop's stores, by what lies in them: masters, renditions, covers, documents.

Covers and documents follow the masters. By default each is a folder in the data folder.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings

from lathe.objects import addresses
from lathe.objects.addresses import Address
from lathe.objects.base import Store
from lathe.objects.kinds import KINDS


@cache
def _opened(address: Address) -> Store:
    return KINDS[address.kind](address)


def _of(url: str, name: str) -> Store:
    whole = addresses.read(url, settings.LATHE_S3) if url else Address("file", folder=settings.LATHE_HOME)
    return _opened(whole.below(name))


def masters() -> Store:
    """Masters: immutable, the only copy; part of every backup."""
    return _of(settings.LATHE_MASTERS_URL, "masters")


def renditions() -> Store:
    """Bodies cut from masters: all can be made again."""
    return _of(settings.LATHE_RENDITIONS_URL, "renditions")


def covers() -> Store:
    """Covers and spectrograms."""
    return _of(settings.LATHE_MASTERS_URL, "covers")


def documents() -> Store:
    """Grants and other proofs; part of every backup."""
    return _of(settings.LATHE_MASTERS_URL, "documents")
