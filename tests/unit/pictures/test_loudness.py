import numpy as np
import pytest

from lathe.pictures import loudness
from lathe.pictures.errors import PictureError
from lathe.pictures.loudness import Loudness

from .sounds import FORTY_TRACKS, SILENCE, music


def test_the_scale_of_a_curve_does_not_matter() -> None:
    quiet, loud = music(), [round(255 * value) for value in music()]
    assert np.allclose(loudness.levels(quiet), loudness.levels(loud), atol=0.01)


def test_a_shorter_curve_keeps_its_mean() -> None:
    values = loudness.levels(music(bins=1401))
    assert float(loudness.resampled(values, 90).mean()) == pytest.approx(float(values.mean()))


def test_pooling_by_peaks_keeps_the_loudest_bin_where_it_was() -> None:
    values = np.zeros(1400)
    values[700] = 1
    pooled = loudness.peaks(values, 90)
    assert float(pooled.max()) == 1
    assert int(pooled.argmax()) == 45


def test_smoothing_leaves_an_even_sound_even() -> None:
    assert np.allclose(loudness.smoothed(np.full(50, 0.4), 2.0), 0.4)


def test_limited_music_still_moves_the_line_through_most_of_its_range() -> None:
    pressed = [0.8 + 0.2 * value for value in music()]
    assert float(np.ptp(Loudness.of([pressed]).whole)) > 0.5


def test_silence_stays_silent() -> None:
    assert not Loudness.of(SILENCE).whole.any()


def test_forty_tracks_stand_side_by_side_and_in_one_row() -> None:
    sound = Loudness.of(FORTY_TRACKS)
    assert len(sound.tracks) == 40
    assert sound.whole.shape == (loudness.BINS,)
    assert 0 <= float(sound.whole.min()) <= float(sound.whole.max()) <= 1


def test_reading_past_the_end_starts_again() -> None:
    sound = Loudness.of([music()])
    assert np.allclose(sound.at(np.array([0.25, 1.25, 2.25])), sound.at(0.25))


def test_a_release_without_tracks_is_refused() -> None:
    with pytest.raises(PictureError, match="There is no track to draw"):
        Loudness.of([])


@pytest.mark.parametrize("bad", [[-0.1, 0.5], [float("nan")], [float("inf"), 1.0]])
def test_numbers_that_are_not_loudness_are_refused_with_their_track(bad: list[float]) -> None:
    with pytest.raises(PictureError, match="track 2 holds a value"):
        Loudness.of([music(), bad])


def test_a_track_without_bins_is_refused_with_its_number() -> None:
    with pytest.raises(PictureError, match="track 2 has no bins"):
        Loudness.of([music(), []])
