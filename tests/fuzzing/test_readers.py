"""Readers of strangers' bytes, under bytes drawn at random and honest files that were hurt."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzzing import seeds
from tests.fuzzing.targets import TARGETS
from tests.plugins import sampling

EXAMPLES = 1000 if sampling.is_full() else 60
BIG = b"\xff\xff\xff\xff"


def hurt(data: bytes, seed: int) -> bytes:
    """Change, cut, double or stretch a few places; lengths get the largest numbers more often than chance would."""
    dice, found = random.Random(seed), bytearray(data)
    for _ in range(dice.randint(1, 6)):
        start = dice.randrange(dice.choice((64, 400, len(found) + 1)))
        length = dice.choice((1, 1, 2, 4, 40))
        new = dice.choice((dice.randbytes(length), BIG[:length], bytes(length), found[start : start + length] * 2, b""))
        found[start : start + length] = new
    return bytes(found[: dice.choice((len(found), len(found), dice.randrange(len(found) + 1)))])


@pytest.mark.parametrize("name", TARGETS)
def test_honest_files_pass(name: str) -> None:
    for data in seeds.all_of_them():
        TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(max_size=400))
@example(data=b"")
@settings(max_examples=EXAMPLES)
def test_any_bytes_are_read_or_refused_by_name(name: str, data: bytes) -> None:
    TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
@given(place=st.integers(0, 10**6), seed=st.integers(0, 2**32))
@settings(max_examples=EXAMPLES)
def test_hurt_files_are_read_or_refused_by_name(name: str, place: int, seed: int) -> None:
    honest = seeds.all_of_them()
    TARGETS[name](hurt(honest[place % len(honest)], seed))
