"""MP3 frames put on frames of a bitrate, and where one encoder may take over from another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.audio.containers import layer3, mpeg
from lathe.audio.containers.layer3 import Frame, Layout
from lathe.audio.divided.laying import Constant, Variable
from lathe.audio.divided.weaving import Candidate, candidates
from lathe.audio.errors import EncodeError

STEREO = Layout(mpeg.Stream(44_100, 2, 44_100 * 60))
LOW_MONO = Layout(mpeg.Stream(22_050, 1, 22_050 * 60))
LAYOUTS = (STEREO, Layout(mpeg.Stream(48_000, 2, 48_000)), Layout(mpeg.Stream(32_000, 1, 32_000)), LOW_MONO)


def frame(layout: Layout, size: int, windows: int = 0, reservoir: int = 0) -> Frame:
    """A frame that says of itself that its data is `size` bytes long."""
    side = 0
    left = 8 * size
    for after in layout.granules:
        bits = min(left, 0xFFF)
        side |= bits << after - 12
        left -= bits
    assert left == 0
    version = 0xFB if layout.stream.version_1 else 0xF3
    rates = mpeg.RATES_1 if layout.stream.version_1 else mpeg.RATES_2
    rate = rates.index(layout.stream.sample_rate_hz) << 2
    head = bytes([0xFF, version, 9 << 4 | rate, 0x44]) + side.to_bytes(layout.stream.side_bytes, "big")
    return Frame(head, bytes(1 + place % 255 for place in range(size)), reservoir, windows)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: f"{one.stream.sample_rate_hz}/{one.stream.channels}")
@given(shares=st.lists(st.integers(0, 100), min_size=1, max_size=80))
def test_a_variable_bitrate_loses_no_byte_and_never_reaches_too_far_back(layout: Layout, shares: list[int]) -> None:
    most = min(layout.room[-1], len(layout.granules) * 0xFFF // 8)
    frames = [frame(layout, share * most // 100) for share in shares]
    laying = Variable(layout)
    out = [done for one in frames for done in laying.add(one)] + laying.finish()
    assert len(out) == len(frames)
    read = list(layer3.Reader(layout).take(b"".join(out)))
    assert [one.data for one in read] == [one.data for one in frames]
    assert all(one.reservoir <= layout.most for one in read)


def test_a_frame_larger_than_any_bitrate_is_led_up_to() -> None:
    large = STEREO.room[-1] + 500
    laying = Variable(STEREO)
    frames = [frame(STEREO, size) for size in (100, 100, large, 100)]
    out = [done for one in frames for done in laying.add(one)] + laying.finish()
    assert [one.data for one in layer3.Reader(STEREO).take(b"".join(out))] == [one.data for one in frames]


def test_a_frame_that_cannot_be_led_up_to_is_refused() -> None:
    laying = Variable(STEREO)
    laying.add(frame(STEREO, STEREO.room[-1] + 600))
    with pytest.raises(EncodeError, match="does not fit"):
        laying.finish()


def test_a_constant_bitrate_is_padded_as_its_size_says() -> None:
    laying = Constant(STEREO, 128)
    out = [done for _ in range(200) for done in laying.add(frame(STEREO, 300))] + laying.finish()
    assert [len(one) for one in out] == [
        STEREO.stream.bytes_of_first(count + 1, 128) - STEREO.stream.bytes_of_first(count, 128) for count in range(200)
    ]


def test_a_join_with_less_reservoir_than_was_asked_is_tried_on_the_frames_behind() -> None:
    laying = Constant(STEREO, 128)
    room = STEREO.room[STEREO.index_of(128)]
    short = Candidate(place=0, reservoir=10, asked=40, alike=True)
    assert short.surplus == -30
    assert laying.carries(short, 100, [frame(STEREO, room), frame(STEREO, room + 9)])
    assert not laying.carries(short, 100, [frame(STEREO, room), frame(STEREO, room + 60)])


def test_a_join_with_enough_reservoir_is_better_than_any_without() -> None:
    for laying in (Constant(STEREO, 128), Variable(STEREO)):
        enough, short = Candidate(19, 511, 0, False), Candidate(0, 10, 11, True)
        assert laying.rank(enough) < laying.rank(short)
        assert laying.rank(Candidate(3, 9, 9, True)) < laying.rank(Candidate(3, 9, 9, False))


def test_only_frames_behind_the_same_windows_may_be_joined() -> None:
    old = [frame(STEREO, 100, windows) for windows in (0, 0x88, 0x98, 0)]
    new = [frame(STEREO, 100, windows, reservoir) for windows, reservoir in ((0, 0), (0, 7), (0x98, 8), (0, 9))]
    found = candidates(old, new, [20, 30, 40])
    assert [(one.place, one.reservoir, one.asked) for one in found] == [(0, 20, 7), (2, 40, 9)]
