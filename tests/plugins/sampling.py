"""The big matrices: a seeded sample in `make test`, everything in `make test-full`."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

Case = TypeVar("Case")


def is_full() -> bool:
    """Whether this run leaves nothing out (`LATHE_TEST_FULL=1`)."""
    return os.environ.get("LATHE_TEST_FULL") == "1"


def seed() -> str:
    """What the samples are drawn with: `LATHE_TEST_SEED`, else one fixed word, so that a failure comes again."""
    return os.environ.get("LATHE_TEST_SEED") or "lathe"


def sample(name: str, cases: Sequence[Case], count: int) -> list[Case]:
    """Draw `count` of the cases for the matrix `name`, in their order; all of them in a full run.

    The same seed, name and cases give the same sample in every process, as xdist's workers need.
    """
    if is_full() or count >= len(cases):
        return list(cases)
    chosen = random.Random(f"{seed()}:{name}").sample(range(len(cases)), count)
    return [cases[index] for index in sorted(chosen)]


settings.register_profile(
    "quick",
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "full", max_examples=1000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("full" if is_full() else "quick")
