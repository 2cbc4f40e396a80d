"""A cut that failed is begun once more before anybody is told: a worker may have died, and the bytes are the same."""

from __future__ import annotations

import logging

from lathe.audio.errors import EncodeError
from lathe.delivery import cutting
from lathe.delivery.cutting import Body, Growing

log = logging.getLogger("lathe.delivery")


class OtherBytesError(EncodeError):
    """A body did not come out as it did before; what was sent of it cannot be gone on with."""


def begin(failed: Growing, broken: EncodeError) -> Body:
    """Begin a failed cut again, or find it made meanwhile, and let go of the failed one; the caller holds the new one.

    Raises `broken` where that is of no use: the bytes are others, or this process ends. Raises CutFailed where a store
    does not answer.
    """
    if isinstance(broken, OtherBytesError) or not cutting.is_running():
        raise broken
    log.warning("The cut of %s failed and is begun again: %s", failed.key, broken)
    found = cutting.obtain(failed.master, failed.fmt, priority=failed.priority, source=failed.source)
    failed.cut.release()
    return found
