"""Every file that the engine makes can be looked at, and one that breaks off or is damaged is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from lathe.audio import inspection, survey
from lathe.audio.codecs import CODECS
from lathe.audio.errors import SourceError
from lathe.audio.inspection import Inspection
from tests.contracts.audio import cuts, masters, players
from tests.contracts.audio.masters import Master
from tests.plugins.sampling import sample

TRIALS = [text for codec in CODECS.values() for text in codec.trials]
SOUND = Master("inspected", samples=3 * 44_100)
CHECKED = ("flac", "opus", "vorbis", "wavpack", "tta")
"""Codecs whose files carry checksums of the music."""
UNSTATED = ("mp2",)
"""Codecs whose files say neither how long they are nor where they end."""


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return masters.make(tmp_path_factory.mktemp("inspection"), SOUND)


def inspected(path: Path) -> Inspection:
    told: list[float] = []
    found = inspection.inspect(path, told.append)
    assert told[-1] == 1.0
    return found


@pytest.mark.parametrize("text", TRIALS)
def test_what_the_engine_makes_is_read_whole_and_by_its_name(text: str, master: Path, tmp_path: Path) -> None:
    path, sound = cuts.make(tmp_path, master, text)
    found = inspected(path)
    codec = CODECS[text.partition(":")[0]]
    assert found.source.sample_rate_hz == sound.sample_rate_hz
    if path.suffix in players.SILENCE_LEFT_BY_FFMPEG:
        assert found.source.samples > sound.samples
    else:
        assert found.source.samples == sound.samples
    assert (found.is_lossless, found.is_mislabelled) == (codec.lossless, False)
    assert found.tags["title"] == ["Gymnopédie"]
    assert (found.refusal == "") == (codec.name == "flac")
    own = survey.survey(master).measurement
    assert found.measurement.loudness_lufs == pytest.approx(own.loudness_lufs, abs=0.5)
    if codec.lossless:
        assert found.measurement == own
        assert found.verdict == own.verdict
    else:
        assert (found.verdict, found.confidence) == ("lossy", 1.0)
        assert {doubt.kind for doubt in found.doubts} <= {"cut_off", "silent"}


@pytest.mark.parametrize("text", [text for text in TRIALS if text.partition(":")[0] not in UNSTATED])
def test_a_file_that_breaks_off_is_said_to(text: str, master: Path, tmp_path: Path) -> None:
    path, _ = cuts.make(tmp_path, master, text)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(SourceError, match=f"^{path.name} (breaks off|is damaged at)") as caught:
        inspection.inspect(path, lambda share: None)
    assert caught.value.kind in ("truncated", "damaged")


@pytest.mark.parametrize("text", [text for text in TRIALS if text.partition(":")[0] in CHECKED])
def test_a_wrong_bit_is_found_where_there_is_a_checksum(text: str, master: Path, tmp_path: Path) -> None:
    path, _ = cuts.make(tmp_path, master, text)
    data = bytearray(path.read_bytes())
    data[len(data) * 2 // 5] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(SourceError, match=f"^{path.name} is damaged at"):
        inspection.inspect(path, lambda share: None)


@pytest.mark.parametrize("text", sample("kinds without checksums", ("wav", "aiff", "alac", "mp3:cbr=320"), 2))
def test_where_there_is_no_checksum_the_report_says_so(text: str, master: Path, tmp_path: Path) -> None:
    path, _ = cuts.make(tmp_path, master, text)
    assert "carries no checksum" in inspected(path).proof


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("text", ["wav", "aiff", "alac", "wavpack", "tta"])
def test_lossless_kinds_measure_as_their_master_does(text: str, bits: int, tmp_path: Path) -> None:
    path = masters.make(tmp_path, Master("deep", bits=bits, rate_hz=48_000, samples=48_000))
    assert inspected(cuts.make(tmp_path, path, text)[0]).measurement == survey.survey(path).measurement


@pytest.mark.parametrize("text", ["wav:bits=32f", "aiff:bits=32f"])
def test_floats_measure_as_their_master_does(text: str, tmp_path: Path) -> None:
    path = masters.make(tmp_path, Master("deep", bits=24, rate_hz=48_000, samples=48_000))
    assert inspected(cuts.make(tmp_path, path, text)[0]).measurement == survey.survey(path).measurement
