"""Background entry points of the rights room."""

from __future__ import annotations

from datetime import timedelta

from lathe.jobs import registry
from lathe.jobs.registry import Kind
from lathe.rights import sealing

SEAL = "rights.seal"


def seal(key: str) -> None:
    """Chain what was decided since the last round; key is empty."""
    sealing.seal()


registry.register(Kind(SEAL, seal, priority=-5, every=timedelta(minutes=1)))
