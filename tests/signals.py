"""Signals as a terminal leaves them, also where these tests themselves run under `nohup`, which children inherit."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heeded(number: int) -> Iterator[None]:
    """Let processes that are started meanwhile take a signal as programs do by default."""
    before = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, before)
