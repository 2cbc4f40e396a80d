"""A worker with several orders: first bytes before all else, then the urgent, and nobody is held up by a long one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lathe.audio import turns
from lathe.audio.errors import EncodeError
from lathe.audio.orders import Steps
from lathe.audio.output import Output
from lathe.audio.turns import TURN_S, Turns

BLOCK = b"0123456789"


class Bench:
    """Orders of so many blocks each, a clock that a block moves on, and what the pool heard."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now_s = folder, 100.0
        self.told: list[dict[str, Any]] = []
        self.made: list[int] = []
        self.closed: list[int] = []
        self.turns = Turns(self.told.append, lambda message: None, lambda: self.now_s)

    def encode(self, message: dict[str, Any], output: Output) -> Steps:
        """A block of one number after the other; what is `empty` gives nothing before its last."""
        try:
            for left in range(message["blocks"], 0, -1):
                self.made.append(message["job"])
                self.now_s += message.get("takes_s", 1.01 * TURN_S)
                if message.get("breaks"):
                    raise EncodeError("it broke")
                output.put(b"" if message.get("empty") and left > 1 else BLOCK)
                yield
        finally:
            self.closed.append(message["job"])
        output.flush()
        return {"facts": message["job"]}

    def order(self, job: int, blocks: int, priority: int = 10, *, at_once: bool = False, **more: Any) -> Path:
        path = self.folder / str(job)
        path.touch()
        place = {"do": "encode", "job": job, "part": 0, "file": str(path)}
        self.turns.heed({**place, "priority": priority, "at_once": at_once, "blocks": blocks, **more})
        return path

    def run(self, steps: int = 1000) -> list[int]:
        """Take so many steps, or all; return whose they were."""
        self.made.clear()
        while self.turns and len(self.made) < steps:
            self.turns.step()
        return list(self.made)

    def said(self, did: str) -> list[int]:
        return [message["job"] for message in self.told if message["did"] == did]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made = Bench(tmp_path)
    encodes: dict[str, Callable[[dict[str, Any], Output], Steps]] = {"encode": made.encode}
    monkeypatch.setattr(turns, "ENCODES", encodes)
    yield made
    made.run()


def test_a_newcomer_gets_its_first_bytes_between_two_blocks_of_a_long_track(bench: Bench) -> None:
    bench.order(1, 50)
    assert bench.run(3) == [1, 1, 1]
    bench.order(2, 2, at_once=True)
    assert bench.run(1) == [2]
    assert (bench.folder / "2").read_bytes() == BLOCK


def test_who_waits_for_a_first_byte_goes_before_the_more_urgent_that_has_begun(bench: Bench) -> None:
    bench.order(1, 9, priority=10, at_once=True)
    bench.run(2)
    bench.order(2, 9, priority=5, at_once=True)
    assert bench.run(3) == [2, 1, 1]


def test_a_newcomer_that_has_nothing_to_give_yet_goes_on_until_it_has(bench: Bench) -> None:
    bench.order(1, 9)
    bench.run(1)
    bench.order(2, 4, at_once=True, empty=True)
    assert bench.run(4) == [2, 2, 2, 2]


def test_those_that_are_alike_take_turns(bench: Bench) -> None:
    bench.order(1, 3)
    bench.order(2, 3)
    assert bench.run() == [1, 2, 1, 2, 1, 2]


def test_a_turn_lasts_for_several_blocks_that_take_little_time(bench: Bench) -> None:
    bench.order(1, 8, takes_s=TURN_S / 4 + 0.0001)
    bench.order(2, 8, takes_s=TURN_S / 4 + 0.0001)
    assert bench.run() == [1] * 4 + [2] * 4 + [1] * 4 + [2] * 4


def test_the_more_urgent_is_ended_first_and_one_can_become_so(bench: Bench) -> None:
    bench.order(1, 3, priority=0)
    bench.order(2, 3, priority=0)
    bench.order(3, 2, priority=10)
    assert bench.run(2) == [3, 3]
    bench.turns.heed({"do": "urge", "job": 2, "priority": 10})
    assert bench.run() == [2, 2, 2, 1, 1, 1]


def test_what_nobody_wants_any_more_is_dropped_wherever_it_stands(bench: Bench) -> None:
    bench.order(1, 9)
    bench.order(2, 2)
    bench.run(1)
    bench.turns.heed({"do": "drop", "job": 1})
    assert bench.closed == [1]
    assert bench.said("cancel") == [1]
    assert bench.run() == [2, 2]
    assert bench.said("finish") == [2]


def test_one_that_breaks_leaves_the_others_alone(bench: Bench) -> None:
    bench.order(1, 2)
    bench.order(2, 2, breaks=True)
    bench.run()
    assert [(one["job"], one["why"]) for one in bench.told if one["did"] == "fail"] == [(2, "it broke")]
    assert bench.said("finish") == [1]
    assert (bench.folder / "1").read_bytes() == 2 * BLOCK


def test_a_file_that_is_gone_fails_its_order_and_each_order_is_answered(bench: Bench) -> None:
    bench.order(1, 2)
    bench.order(2, 2, file=str(bench.folder / "gone"))
    assert [(one["did"], one["job"]) for one in bench.told] == [("take", 1), ("take", 2), ("fail", 2)]
    assert bench.run() == [1, 1]


def test_what_was_gathered_is_written_when_the_turn_passes(bench: Bench) -> None:
    first = bench.order(1, 3)
    bench.order(2, 3)
    assert bench.run(4) == [1, 2, 1, 2]
    assert first.stat().st_size == 2 * len(BLOCK)
