"""The bound on a job's time, kept inside the process that does it.

Python ends no thread from outside. What it can do is raise an exception in one at its next step, and that is what
happens to a job that overstays: it unwinds as from any failure, and its transaction rolls back. A job that sits in one
long call of C is out of reach until that returns; `lathe worker` ends its process then.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from lathe.jobs.errors import Overstayed

_lock = threading.Lock()
_deadlines: dict[int, float] = {}
"""By thread: when its job has to be over, in seconds of the monotonic clock."""


@contextmanager
def kept(seconds: float) -> Iterator[None]:
    """Let `interrupt_overdue` raise Overstayed in this thread once the block has taken longer."""
    thread = threading.get_ident()
    with _lock:
        _deadlines[thread] = time.monotonic() + seconds
    try:
        yield
    finally:
        with _lock:
            _deadlines.pop(thread, None)


def interrupt_overdue() -> int:
    """Tell every job of this process that has overstayed to stop, once; returns how many."""
    now = time.monotonic()
    with _lock:
        late = [thread for thread, deadline in _deadlines.items() if now > deadline]
        for thread in late:
            del _deadlines[thread]
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Overstayed))
    return len(late)
