"""From the master's PCM to what encoders are fed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import convert, decode
from lathe.audio.codecs.settle import resampled
from lathe.audio.pcm import Pcm, packed, swapped
from lathe.audio.source import Source
from tests.contracts.audio import masters
from tests.contracts.audio.masters import Master

HIRES = Master("hires", rate_hz=96_000, bits=24, samples=100_003)


def read(path: Path, source: Source, target: Source, floats: bool = False) -> Pcm:
    return np.concatenate(list(convert.blocks(path, source, target, floats, lambda samples: None)))


@pytest.fixture(scope="module")
def hires(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Source]:
    path = masters.make(tmp_path_factory.mktemp("convert"), HIRES)
    return path, decode.verify(path)


def test_nothing_is_touched_where_nothing_is_asked(hires: tuple[Path, Source]) -> None:
    path, source = hires
    assert np.array_equal(read(path, source, source), masters.pcm(HIRES))


def test_dither_repeats_exactly_and_differs_by_master(hires: tuple[Path, Source]) -> None:
    path, source = hires
    target = replace(source, bits=16)
    once = read(path, source, target)
    assert np.array_equal(once, read(path, source, target))
    other = read(path, replace(source, pcm_md5="f" * 32), target)
    assert not np.array_equal(once, other)
    assert np.max(np.abs(once.astype(int) - other)) <= 3


def test_sixteen_bits_stay_within_one_step_and_a_half_without_bias(hires: tuple[Path, Source]) -> None:
    path, source = hires
    error = read(path, source, replace(source, bits=16)) - masters.pcm(HIRES) / 256
    assert np.max(np.abs(error)) <= 1.5
    assert abs(np.mean(error)) < 0.01
    assert np.var(error) == pytest.approx(0.25, rel=0.03)  # 1/12 for rounding and 1/6 for the dither


def test_quiet_sound_survives_below_the_last_bit(tmp_path: Path) -> None:
    time = np.arange(96_000)
    tone = np.rint(100 * np.sin(2 * np.pi * 1000 * time / 48_000)).astype(np.int32)[:, None]
    path = masters.write(tmp_path / "quiet.flac", tone, 48_000, 24)
    source = decode.verify(path)
    heard = read(path, source, replace(source, bits=16))[:, 0]
    level = 2 * abs(np.mean(heard * np.exp(-2j * np.pi * 1000 * time / 48_000)))
    assert level == pytest.approx(100 / 256, rel=0.05)


def test_full_scale_is_clipped_and_never_wraps(tmp_path: Path) -> None:
    square = np.where(np.arange(48_000) // 50 % 2, 2**23 - 1, -(2**23)).astype(np.int32)[:, None]
    path = masters.write(tmp_path / "full.flac", square, 96_000, 24)
    source = decode.verify(path)
    for rate in (96_000, 44_100):
        target = replace(source, bits=16, sample_rate_hz=rate, samples=resampled(source, rate))
        heard = read(path, source, target)
        assert (heard.min(), heard.max()) == (-32768, 32767)
        same_sign = np.sign(heard[2000:-2000:1].astype(int)) != 0
        assert same_sign.mean() > 0.99


@pytest.mark.parametrize("samples", [1, 2, 3, 100, 441, 4097, 65_535, 65_536, 65_537, 100_000])
@pytest.mark.parametrize(("rate", "to"), [(96_000, 44_100), (44_100, 48_000), (96_000, 48_000), (22_050, 48_000)])
def test_resampling_gives_exactly_the_promised_length(tmp_path: Path, samples: int, rate: int, to: int) -> None:
    path = masters.make(tmp_path, Master("any", rate_hz=rate, samples=samples, channels=1))
    source = decode.verify(path)
    target = replace(source, sample_rate_hz=to, samples=resampled(source, to))
    assert read(path, source, target).shape == (target.samples, 1)
    assert abs(target.samples - samples * to / rate) <= 0.5 or target.samples == 1


def test_resampling_keeps_a_tone_in_place_and_level(tmp_path: Path) -> None:
    tone = np.rint(2**22 * np.sin(2 * np.pi * 997 * np.arange(192_000) / 96_000)).astype(np.int32)[:, None]
    path = masters.write(tmp_path / "tone.flac", tone, 96_000, 24)
    source = decode.verify(path)
    target = replace(source, sample_rate_hz=44_100, samples=resampled(source, 44_100))
    heard = read(path, source, target, floats=True)[2000:-2000, 0]
    place = np.arange(2000, 2000 + len(heard))
    error = heard - 0.5 * np.sin(2 * np.pi * 997 * place / 44_100)
    assert 20 * np.log10(np.sqrt(np.mean(error**2)) / np.sqrt(np.mean(heard**2))) < -120


def test_twenty_four_bits_are_packed_in_three_bytes() -> None:
    block = np.array([[1, -1], [-(2**23), 2**23 - 1]], np.int32)
    assert packed(block, 24) == bytes.fromhex("010000 ffffff 000080 ffff7f")
    assert packed(block[:1].astype(np.int16), 16) == bytes.fromhex("0100 ffff")


def test_floats_are_packed_in_four_bytes_and_all_turn_round() -> None:
    block = np.array([[0.5, -1.0]], np.float32)
    assert packed(block, 32) == bytes.fromhex("0000003f 000080bf")
    assert swapped(packed(block, 32), 32) == bytes.fromhex("3f000000 bf800000")
    assert swapped(bytes.fromhex("010203 040506"), 24) == bytes.fromhex("030201 060504")
    assert swapped(bytes.fromhex("0102 0304"), 16) == bytes.fromhex("0201 0403")


def test_floats_hold_the_master_exactly(hires: tuple[Path, Source]) -> None:
    path, source = hires
    heard = read(path, source, replace(source, bits=32))
    assert heard.dtype == np.float32
    assert np.array_equal(heard.astype(np.float64) * 2**23, masters.pcm(HIRES))
