"""Chains of digests: each link covers the one before, so nothing in a chain is changed, removed or put in unseen.

Whoever holds the digest of one link can prove all that came before it. Nothing is proven of what is not yet chained.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

GENESIS = "0" * 64
"""What stands before the first link."""


def link(before: str, content: str) -> str:
    """The digest of a link: SHA-256, in hexadecimal, over the digest before it (64 characters) and its content."""
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()


def first_break(links: Iterable[tuple[str, str]], before: str = GENESIS) -> int | None:
    """The place, counted from 0, of the first link whose digest does not follow; None where all do.

    `links` are pairs of content and digest in the order of the chain; `before` is the digest in front of them.
    """
    for place, (content, digest) in enumerate(links):
        if digest != link(before, content):
            return place
        before = digest
    return None
