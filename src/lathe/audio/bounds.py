"""A limit on the memory of this process while it reads what a stranger made."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAGES = Path("/proc/self/statm")


@contextmanager
def memory(extra_bytes: int) -> Iterator[None]:
    """Let the process take `extra_bytes` more than it has while the block runs; what asks for more gets a MemoryError.

    Where the system does not say what the process has (it is not Linux), nothing is limited.
    """
    if not _PAGES.exists():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    has = int(_PAGES.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    limit = has + extra_bytes if soft == resource.RLIM_INFINITY else min(soft, has + extra_bytes)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
