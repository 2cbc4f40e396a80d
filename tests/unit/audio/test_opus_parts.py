"""Opus in parts that are hard to join."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from lathe.audio.codecs.opus import HEAD_PAGES, SERIAL
from lathe.audio.containers import ogg
from lathe.audio.divided import opus
from lathe.audio.divided.opus import Order, Parts
from lathe.audio.division import Stretch
from lathe.audio.libopus import FRAME, packet_bytes
from lathe.audio.pcm import Pcm

KBPS, PACKETS = 96, 1400


def music() -> Pcm:
    """Plucked tones under a little noise, made anew every second."""
    rng = np.random.Generator(np.random.PCG64(7))
    time = np.arange(PACKETS * FRAME) / 48_000
    tone = np.sin(2 * np.pi * (220 + 55 * np.floor(time)) * time) * np.exp(-3 * (time % 1))
    sound = 0.4 * tone[:, None] + rng.normal(0, 0.01, (len(time), 2))
    return sound.astype(np.float32)


SOUND = music()


def parts() -> Parts:
    order = Order(KBPS, 2, 16, PACKETS * FRAME - 312, PACKETS)
    return Parts(order, lambda done: ogg.Pages(SERIAL, HEAD_PAGES + done, opus.MOST_A_PAGE))


class Bound:
    """A body bound from its parts, and what had to be encoded again for it."""

    def __init__(self, spoilt: int) -> None:
        """`spoilt` packets at the start of the second part are made unlike those of any other encoder."""
        self.whole, self.again = parts(), list[Stretch]()
        self.binder = self.whole.binder(self.encoded_again)
        body = []
        for number, place in enumerate(self.whole.stretches):
            data = b"".join(self.encoded(place))
            if number == 1:
                size = min(len(data), spoilt * packet_bytes(KBPS))
                data = bytes(size) + data[size:]
            body.append(self.binder.lay(data) + self.binder.close_part())
        self.body = b"".join(body) + self.binder.finish()

    def encoded(self, place: Stretch) -> Iterator[bytes]:
        encoder = self.whole.encoder(place)
        yield encoder.feed(SOUND[place.start : place.stop])
        yield encoder.finish()

    def encoded_again(self, place: Stretch) -> Iterator[bytes]:
        self.again.append(place)
        return self.encoded(place)


def test_the_division_is_in_more_than_two_parts() -> None:
    assert len(parts().stretches) >= 3


def test_where_the_run_up_is_long_enough_nothing_is_encoded_again() -> None:
    bound = Bound(opus.RUN_UP - opus.PROOF)
    assert bound.again == []
    assert bound.binder.joins[0].way == "settled"


@pytest.mark.parametrize("late", [1, 40, 300])
def test_a_part_that_settles_late_is_bridged_until_it_does_and_the_bytes_stay(late: int) -> None:
    usual, bound = Bound(0), Bound(opus.RUN_UP + late)
    assert bound.body == usual.body
    join = bound.binder.joins[0]
    assert (join.way, join.alike, join.unit) == ("went on", True, bound.whole.starts[1] + late + opus.PROOF)
    assert len(bound.again) == 1


def test_a_part_that_never_settles_is_replaced_and_proves_nothing_for_the_next_one() -> None:
    usual, bound = Bound(0), Bound(PACKETS)
    assert bound.body == usual.body
    assert [(join.way, join.alike) for join in bound.binder.joins[:2]] == [("went on", False), ("went on", True)]
    assert all(join.way == "settled" for join in bound.binder.joins[2:])


def test_an_encoder_that_is_not_its_old_self_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bound, "encoded_again", lambda self, place: iter([bytes(packet_bytes(KBPS))] * 5000))
    with pytest.raises(opus.EncodeError, match="other packets for the same music"):
        Bound(PACKETS)
