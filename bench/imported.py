"""A master as the shop knows it once it is imported: heard whole, and its file named by its SHA-256."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from lathe.audio import decode
from lathe.audio.source import Source


def source_of(master: Path) -> Source:
    """Return what import would know of a master. A cut then proves its master by the file, as in the shop."""
    with master.open("rb") as file:
        return replace(decode.verify(master), file_sha256=hashlib.file_digest(file, "sha256").hexdigest())
