"""Reading ahead of an encoder."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from lathe.audio import ahead
from lathe.audio.pcm import Pcm

PATIENCE_S = 60.0


def blocks(count: int, made: list[int]) -> Iterator[Pcm]:
    for number in range(count):
        made.append(number)
        yield np.full((2, 1), number)


def test_every_block_comes_in_order() -> None:
    assert [int(block[0, 0]) for block in ahead.read(blocks(500, []))] == list(range(500))


def test_what_goes_wrong_is_raised_after_the_blocks_before_it() -> None:
    def broken() -> Iterator[Pcm]:
        yield from blocks(3, [])
        raise OSError("the disk is gone")

    heard = []
    with pytest.raises(OSError, match="the disk is gone"):
        for block in ahead.read(broken()):
            heard.append(int(block[0, 0]))
    assert heard == [0, 1, 2]


def test_it_reads_no_further_than_it_may_and_stops_with_its_reader() -> None:
    made: list[int] = []
    full = threading.Event()

    def counted() -> Iterator[Pcm]:
        for block in blocks(1000, made):
            if len(made) == ahead.BLOCKS + 1:
                full.set()
            yield block

    reading = ahead.read(counted())
    next(reading)
    assert full.wait(PATIENCE_S)
    before = threading.active_count()
    reading.close()
    assert threading.active_count() == before - 1
    assert len(made) <= ahead.BLOCKS + 3
