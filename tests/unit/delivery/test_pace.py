"""A quick client gets its file in large pieces; a slow one holds little memory."""

from __future__ import annotations

import pytest

from lathe.delivery import pace
from lathe.delivery.pace import IN_A_ROW, LEAST_BYTES, MOST_BYTES, Pace


class Watch:
    """A monotonic clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(pace, "time", made)
    return made


def take(one: Pace, watch: Watch, seconds: float) -> int:
    count = one.bytes
    one.sends()
    watch.now_s += seconds
    one.sent()
    return count


def test_who_takes_it_quickly_gets_the_largest_pieces_after_a_few_megabytes(watch: Watch) -> None:
    one = Pace()
    sizes = [take(one, watch, 0.01) for _ in range(40)]
    assert sizes[0] == LEAST_BYTES
    assert sizes == sorted(sizes)
    assert one.bytes == MOST_BYTES
    assert sum(size for size in sizes if size < MOST_BYTES) < 4 * MOST_BYTES


def test_what_a_connection_swallows_at_first_makes_nobody_quick(watch: Watch) -> None:
    one = Pace()
    for _ in range(IN_A_ROW - 1):
        take(one, watch, 0.0)
    take(one, watch, 1.0)
    take(one, watch, 0.0)
    assert one.bytes == LEAST_BYTES


def test_who_becomes_slow_gets_small_pieces_at_once(watch: Watch) -> None:
    one = Pace()
    while one.bytes < MOST_BYTES:
        take(one, watch, 0.0)
    take(one, watch, 3.0)
    assert one.bytes == LEAST_BYTES
