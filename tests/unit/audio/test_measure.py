"""Figures of masters whose figures are known."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soxr
from PIL import Image

from lathe.audio import convert, decode, survey
from lathe.audio.errors import SourceError
from lathe.audio.measure import Measurement, measure, spectrogram
from lathe.audio.meters.verdict import Doubt
from lathe.audio.pcm import Pcm
from tests.contracts.audio import masters

RATE = 48_000


def sine(seconds: float, hz: float, level_db: float, rate: int = RATE) -> Pcm:
    tone = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return np.column_stack((tone, tone))


def noise(seconds: float, rate: int, share: float = 0.1) -> Pcm:
    """Noise that begins and ends as music does: it rises and falls within a tenth of a second."""
    real = np.random.Generator(np.random.PCG64(5)).normal(0, share, (round(seconds * rate), 2))
    place = np.arange(len(real))
    return real * np.minimum(1, np.minimum(place, place[::-1]) / (rate / 10))[:, None]


def measured(folder: Path, real: Pcm, rate: int = RATE, bits: int = 24) -> Measurement:
    scale = 2 ** (bits - 1)
    whole = np.clip(np.rint(real * scale), -scale, scale - 1).astype(np.int16 if bits == 16 else np.int32)
    path = masters.write(folder / "measured.flac", whole, rate, bits)
    return measure(path, decode.verify(path))


def test_the_reference_tone_of_ebu_tech_3341_has_its_loudness(tmp_path: Path) -> None:
    found = measured(tmp_path, sine(20, 1000, -23))
    assert found.loudness_lufs == pytest.approx(-23.0, abs=0.1)
    assert found.loudness_range_lu == pytest.approx(0, abs=0.1)
    assert found.sample_peak_dbfs == pytest.approx(-23.0, abs=0.01)
    assert found.true_peak_dbtp == pytest.approx(-23.0, abs=0.1)


def test_a_relative_gate_leaves_out_quiet_stretches(tmp_path: Path) -> None:
    parts = [sine(10, 1000, -36), sine(60, 1000, -23), sine(10, 1000, -36)]
    assert measured(tmp_path, np.concatenate(parts)).loudness_lufs == pytest.approx(-23.0, abs=0.1)


def test_the_loudness_range_of_two_levels_is_their_distance(tmp_path: Path) -> None:
    parts = np.concatenate([sine(20, 1000, -20), sine(20, 1000, -30)])
    assert measured(tmp_path, parts).loudness_range_lu == pytest.approx(10, abs=1)


def test_a_true_peak_between_samples_is_found(tmp_path: Path) -> None:
    time = np.arange(RATE * 2)
    fade = np.minimum(1, np.minimum(time, time[::-1]) / (RATE / 4))
    tone = fade * 0.5 * np.sin(2 * np.pi * time / 4 + np.pi / 4)
    found = measured(tmp_path, np.column_stack((tone, tone)))
    assert found.sample_peak_dbfs == pytest.approx(-9.03, abs=0.02)
    assert found.true_peak_dbtp == pytest.approx(-6.02, abs=0.3)


def test_silence_has_no_loudness_and_is_said_to_be_silent(tmp_path: Path) -> None:
    found = measured(tmp_path, np.zeros((RATE * 7, 2)))
    assert (found.loudness_lufs, found.true_peak_dbtp, found.dynamic_range_dr) == (None, None, None)
    assert (found.verdict, found.confidence, found.sample_peak_dbfs) == ("silent", 1.0, -200.0)
    assert found.doubts == (Doubt("silent", 1.0),)
    assert set(found.envelope) == set(found.peaks) == {0}
    assert (found.replaygain_db, found.replaygain_peak) == (None, 0.0)
    assert (found.bits_used, found.highest_sound_hz) == (0.0, 0.0)


@pytest.mark.parametrize("samples", [1, 2, 100, 1399, 1401, 10_000])
def test_a_very_short_track_is_measured_too(tmp_path: Path, samples: int) -> None:
    found = measured(tmp_path, noise(1, RATE)[RATE // 2 :][:samples])
    assert found.loudness_lufs is None
    assert found.dynamic_range_dr is None
    assert len(found.envelope) == 1400
    assert max(found.envelope) == 255
    assert found.sample_peak_dbfs < 0


def test_the_envelope_follows_the_sound(tmp_path: Path) -> None:
    parts = np.concatenate([sine(4, 9000, -6), np.zeros((4 * RATE, 2)), sine(4, 9000, -12.0412)])
    envelope = np.array(measured(tmp_path, parts).envelope)
    assert set(envelope[5:460]) <= {254, 255}
    assert set(envelope[475:925]) == {0}
    assert set(envelope[945:1395]) <= {127, 128}


def test_peaks_are_the_highest_sample_of_each_stretch(tmp_path: Path) -> None:
    real = sine(7, 500, -12.0412)
    real[3 * RATE + 5, 1] = -0.75
    peaks = np.array(measured(tmp_path, real).peaks)
    assert list(np.nonzero(peaks > 65)[0]) == [600]
    assert peaks[600] == 191
    assert set(np.delete(peaks, 600)) == {64}


def test_replaygain_brings_music_to_minus_18_lufs(tmp_path: Path) -> None:
    found = measured(tmp_path, sine(5, 1000, -23))
    assert found.replaygain_db == pytest.approx(5.0, abs=0.1)
    assert found.replaygain_peak == pytest.approx(10 ** (-23 / 20), rel=0.01)
    assert found.to_dict()["replaygain_db"] == found.replaygain_db


def test_the_envelope_does_not_depend_on_where_blocks_end(tmp_path: Path) -> None:
    real = noise(10.37, RATE) * np.linspace(0.01, 1, round(10.37 * RATE))[:, None]
    found = np.array(measured(tmp_path, real).envelope, float)
    edges = np.arange(1401) * len(real) // 1400
    rms = np.array([np.sqrt(np.mean(real[a:b] ** 2)) for a, b in pairwise(edges)])
    assert np.max(np.abs(found - 255 * rms / rms.max())) <= 0.51


def test_offset_and_clipping_are_counted(tmp_path: Path) -> None:
    real = np.full((RATE, 2), 0.01)
    real[:, 1] = -0.02
    real[1000:1005, 0] = 1.0
    real[2000:2002, 0] = 1.0
    real[3000:3003, 1] = -1.0
    real[65_534 - RATE :, 0] = 0.01
    found = measured(tmp_path, real, bits=16)
    assert found.clipped_samples == 5 + 3
    assert found.dc_offset == pytest.approx(-0.02, abs=0.001)


def test_a_clipped_run_across_two_blocks_is_one_run(tmp_path: Path) -> None:
    real = np.zeros((RATE * 4, 2))
    real[RATE * 3 - 2 : RATE * 3 + 2, 0] = 1.0
    assert measured(tmp_path, real, bits=16).clipped_samples == 4


def test_a_square_wave_has_no_dynamics_and_a_sine_none_either(tmp_path: Path) -> None:
    assert measured(tmp_path, sine(12, 440, -1)).dynamic_range_dr == 0
    bursts = sine(30, 440, -20)
    bursts[:: RATE // 4] = 0.9
    assert (measured(tmp_path, bursts).dynamic_range_dr or 0) >= 15


@pytest.mark.parametrize(
    ("rate", "bits", "verdict"),
    [(44_100, 16, "lossless_cd"), (96_000, 24, "lossless_hires"), (48_000, 24, "lossless_hires")],
)
def test_honest_masters_are_believed(tmp_path: Path, rate: int, bits: int, verdict: str) -> None:
    found = measured(tmp_path, noise(8, rate), rate, bits)
    assert found.verdict == verdict
    assert found.confidence > 0.9
    assert found.bits_used == bits


def test_sixteen_bits_in_twenty_four_are_padded(tmp_path: Path) -> None:
    coarse = np.rint(noise(4, RATE) * 2**15) / 2**15
    found = measured(tmp_path, coarse)
    assert (found.verdict, found.confidence, found.bits_used) == ("padded", 1.0, 16.0)


def test_a_cd_blown_up_to_96_khz_is_upsampled(tmp_path: Path) -> None:
    blown_up = soxr.resample(noise(8, 44_100), 44_100, 96_000, quality="VHQ")
    found = measured(tmp_path, blown_up, 96_000)
    assert found.verdict == "upsampled"
    assert found.highest_sound_hz == pytest.approx(22_050, rel=0.03)


@pytest.mark.parametrize(
    ("begin_s", "end_s", "places_s"), [(0, 4, [4.0]), (1, 5, [0.0]), (1, 4, [3.0, 0.0])], ids=["end", "start", "both"]
)
def test_music_cut_off_at_full_level_is_told_with_its_place(
    tmp_path: Path, begin_s: int, end_s: int, places_s: list[float]
) -> None:
    found = measured(tmp_path, noise(5, RATE)[begin_s * RATE : end_s * RATE])
    assert found.verdict == "cut_off"
    assert [doubt.at_s for doubt in found.doubts] == places_s
    assert all(0.5 <= doubt.confidence <= 0.9 for doubt in found.doubts)


def test_all_that_speaks_against_a_master_is_told_the_gravest_first(tmp_path: Path) -> None:
    blown_up = soxr.resample(noise(8, 44_100), 44_100, 96_000, quality="VHQ")[: 96_000 * 6]
    found = measured(tmp_path, np.rint(blown_up * 2**15) / 2**15, 96_000)
    assert [doubt.kind for doubt in found.doubts] == ["upsampled", "padded", "cut_off"]
    assert (found.verdict, found.confidence) == ("upsampled", found.doubts[0].confidence)


def test_a_quiet_room_at_the_end_is_no_music_cut_off(tmp_path: Path) -> None:
    whole = noise(5, RATE)
    room = noise(3, RATE, share=0.0005)[: 2 * RATE]
    assert measured(tmp_path, np.concatenate([whole, room])).doubts == ()


@pytest.mark.parametrize("master", masters.MASTERS, ids=lambda one: one.name)
def test_a_survey_says_what_its_parts_say(tmp_path: Path, master: masters.Master) -> None:
    path = masters.make(tmp_path, master)
    told: list[float] = []
    found = survey.survey(path, told.append)
    assert found.source == decode.verify(path)
    assert found.measurement == measure(path, found.source)
    assert found.spectrogram.png() == spectrogram(path, found.source)
    assert told[-1] == 1.0


def test_a_survey_counts_the_samples_of_a_master_that_does_not_state_them(tmp_path: Path) -> None:
    path = masters.make(tmp_path, masters.MASTERS[0])
    whole = survey.survey(path)
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    path.write_bytes(data)
    assert survey.survey(path).source == whole.source
    assert survey.survey(path).measurement == whole.measurement


def test_a_master_longer_than_it_states_is_damaged(tmp_path: Path) -> None:
    path = masters.make(tmp_path, masters.MASTERS[0])
    data = bytearray(path.read_bytes())
    data[22:26] = (1000).to_bytes(4, "big")
    path.write_bytes(data)
    with pytest.raises(SourceError, match="states 1000 samples and holds more"):
        survey.survey(path)


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    path = masters.make(tmp_path, masters.MASTERS[0])
    told: list[float] = []
    measure(path, decode.verify(path), told.append)
    assert told[-1] == 1.0


def test_a_broken_master_is_not_measured(tmp_path: Path) -> None:
    path = masters.make(tmp_path, masters.MASTERS[0])
    source = decode.verify(path)
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(SourceError, match="breaks off"):
        measure(path, source)


@pytest.mark.parametrize("master", masters.MASTERS, ids=lambda one: one.name)
def test_every_master_has_a_spectrogram_that_is_a_mask(tmp_path: Path, master: masters.Master) -> None:
    path = masters.make(tmp_path, master)
    picture = Image.open(BytesIO(spectrogram(path, decode.verify(path), 320, 100)))
    assert (picture.mode, picture.size) == ("LA", (320, 100))
    alpha = np.array(picture)[:, :, 1]
    assert (alpha.max() == 0) == (master.sound == "silence")


def test_a_tone_stands_at_its_height_in_the_spectrogram(tmp_path: Path) -> None:
    real = np.concatenate([sine(3, 6000, -6), sine(3, 18_000, -6)])
    path = masters.write(tmp_path / "tones.flac", np.rint(real * 2**15).astype(np.int16), RATE, 16)
    alpha = np.array(Image.open(BytesIO(spectrogram(path, decode.verify(path)))))[:, :, 1]
    assert alpha.shape == (300, 960)
    assert abs(int(alpha[:, 200].argmax()) - 225) <= 2
    assert abs(int(alpha[:, 700].argmax()) - 75) <= 2


def test_floats_are_fed_with_full_scale_at_one(tmp_path: Path) -> None:
    path = masters.make(tmp_path, masters.MASTERS[9])
    source = decode.verify(path)
    block = next(convert.blocks(path, source, source, True, lambda samples: None))
    assert (block.dtype, float(block.min())) == (np.float32, -1.0)
