"""FLAC frames given another number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lathe.audio import formats
from lathe.audio.codecs.flac import BLOCK, Frames
from lathe.audio.containers import flac_frames
from lathe.audio.source import Source


def frames(count: int, rate_hz: int = 44_100) -> list[bytes]:
    rng = np.random.Generator(np.random.PCG64(3))
    encoder = Frames(formats.parse("flac:level=5"), Source(rate_hz, 16, 2, count * BLOCK)).encoder()
    return encoder.feed(rng.integers(-999, 999, (count * BLOCK - 50, 2), np.int16)) + encoder.finish()


def test_the_checksums_are_those_of_flac() -> None:
    assert flac_frames.crc(b"123456789", 0x107) == 0xF4
    assert flac_frames.crc(b"123456789", 0x18005) == 0xFEE8


@pytest.mark.parametrize("rate_hz", [44_100, 50_000, 96_000])
def test_a_frame_with_a_number_of_any_length_has_right_checksums(rate_hz: int) -> None:
    for frame in frames(2, rate_hz):
        for number in (0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 2**31 - 1):
            found = flac_frames.renumbered(frame, number)
            length = len(flac_frames.coded(number))
            assert found[4 : 4 + length] == flac_frames.coded(number)
            assert flac_frames.crc(found, 0x18005) == 0
            assert flac_frames.renumbered(found, frame[4]) == frame


@given(st.integers(0, 2**31 - 1))
def test_a_coded_number_names_its_own_length(number: int) -> None:
    coded = flac_frames.coded(number)
    if number < 0xD800 or 0xE000 <= number < 0x110000:
        assert coded == chr(number).encode()
    assert all(byte & 0xC0 == 0x80 for byte in coded[1:])


def test_frames_renumbered_are_those_that_one_encoder_numbers() -> None:
    every = frames(200)
    assert [flac_frames.renumbered(every[0], 0), flac_frames.renumbered(every[150], 150)] == [every[0], every[150]]
    assert flac_frames.renumbered(flac_frames.renumbered(every[150], 3), 150) == every[150]
