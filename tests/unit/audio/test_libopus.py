"""Opus within its limit."""

from __future__ import annotations

import numpy as np
import pytest

from lathe.audio.containers import ogg
from lathe.audio.errors import EncodeError
from lathe.audio.libopus import FRAME, LONGEST_OF_A_STREAM, Bounded, Libopus, packet_bytes, stream_count, streams
from lathe.audio.pcm import Pcm


def clicks(packets: int) -> list[Pcm]:
    """Sound that libopus spends twice its bitrate on."""
    pulses = np.zeros((packets * FRAME, 2), np.float32)
    pulses[::120, 0] = pulses[::967, 1] = 0.99
    return list(pulses.reshape(packets, FRAME, 2))


@pytest.mark.parametrize("kbps", [24, 64, 128, 320])
def test_the_sum_of_packets_keeps_to_any_limit_above_the_nominal_size(kbps: int) -> None:
    blocks, nominal = clicks(100), packet_bytes(kbps)
    free = sum(map(len, map(Libopus(kbps, 2, hard=False).encode, blocks)))
    assert free > 1.3 * len(blocks) * nominal
    for share in (1.0, 1.1, 1.5):
        limit = round(share * len(blocks) * nominal)
        bounded = Bounded(kbps, 2, len(blocks), limit)
        sizes = [len(bounded.encode(block)) for block in blocks]
        assert sum(sizes) <= limit
        assert sizes[-1] == nominal


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    blocks = clicks(100)
    free, bounded = Libopus(96, 2, hard=False), Bounded(96, 2, 100, 100 * 2 * packet_bytes(96) + LONGEST_OF_A_STREAM)
    assert [free.encode(block) for block in blocks] == [bounded.encode(block) for block in blocks]


def test_the_take_over_joins_on_like_one_constant_encode() -> None:
    blocks = clicks(200)
    whole = list(map(Libopus(64, 2, hard=True).encode, blocks))
    bounded = Bounded(64, 2, 200, 200 * packet_bytes(64) + 3000)
    joined = list(map(bounded.encode, blocks))
    first = next(place for place, (one, other) in enumerate(zip(joined, whole, strict=True)) if one == other)
    assert joined[first:] == whole[first:]
    assert 0 < first < 100


@pytest.mark.parametrize("kbps", [6, 12, 64, 128, 256, 510])
def test_hard_packets_are_all_of_the_nominal_size(kbps: int) -> None:
    encoder = Libopus(kbps, 2, hard=True)
    assert {len(encoder.encode(block)) for block in clicks(60)} == {packet_bytes(kbps)}


def test_the_longest_packet_fits_the_segments_it_is_counted_with() -> None:
    assert len(ogg.lacing_of(LONGEST_OF_A_STREAM)) == LONGEST_OF_A_STREAM // 255 + 1


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 7, 8])
def test_the_streams_are_those_that_sizes_are_reckoned_with(channels: int) -> None:
    found = streams(channels)
    assert found.count == stream_count(channels)
    assert found.count + found.coupled == channels == len(found.mapping)
    assert sorted(found.mapping) == list(range(channels))
    assert found.family == (0 if channels <= 2 else 1)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 7, 8])
def test_hard_packets_of_any_channels_are_of_the_nominal_size(channels: int) -> None:
    blocks = [np.repeat(block[:, :1], channels, axis=1) for block in clicks(20)]
    for kbps in (6 * stream_count(channels), 96, 256):
        encoder = Libopus(kbps, channels, hard=True)
        assert {len(encoder.encode(block)) for block in blocks} == {packet_bytes(kbps)}


def test_a_packet_takes_exactly_its_samples() -> None:
    with pytest.raises(EncodeError, match="was given 10 samples for a packet of 960"):
        Libopus(64, 2, hard=True).encode(np.zeros((10, 2), np.float32))


def test_nothing_is_spent_below_the_last_bit_of_the_master() -> None:
    quiet = np.random.Generator(np.random.PCG64(3)).uniform(-1, 1, (50, FRAME, 2)) / 2**17
    sizes = [
        sum(len(encoder.encode(block)) for block in quiet)
        for encoder in (Libopus(96, 2, False, 16), Libopus(96, 2, False))
    ]
    assert sizes[0] < sizes[1]
