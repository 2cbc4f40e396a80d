"""One file looked at without a shop: a report for people, JSON for programs, a picture, and an exit code that tells."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lathe.audio import bounds
from lathe.audio.containers import identify
from lathe.audio.tags import Picture
from lathe.cli import main
from lathe.cli.terminal_picture import coloured, shaded, wave
from tests.contracts.audio import crafted, cuts, masters
from tests.contracts.audio import music as audio_music
from tests.db.ingest import music

MIB = 1 << 20


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = music.track(tmp_path / "master.flac", title="Lent", tracknumber="1", **music.SATIE)
    music.embed(path, music.picture(80, 80))
    return path


def test_a_master_is_told_of_in_plain_words(master: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["inspect", str(master)]) == 0
    said = capsys.readouterr().out
    for words in (
        "FLAC, 16 bit, 44.1 kHz, stereo",
        "Every frame passed its checksum, and the music matches the MD5",
        "It can be imported.",
        "Lossless (we are",
        "Loudness      none: it is silent, or shorter than 0.4 s",
        "16 of 16 carry sound",
        "Title         Lent",
        "Artist        Erik Satie",
        "22.05 kHz",
        "0 kHz",
    ):
        assert words in said
    assert "kB" in next(line for line in said.splitlines() if line.startswith("Cover"))


def test_json_has_everything(master: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["inspect", str(master), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["is_master"], found["sample_rate_hz"], found["bits"]) == ("FLAC", True, 44_100, 16)
    assert found["tags"]["album"] == ["Gymnopédies"]
    assert len(found["measurement"]["envelope"]) == len(found["measurement"]["peaks"]) == 1400
    assert {"loudness_lufs", "true_peak_dbtp", "dynamic_range_dr", "dc_offset", "replaygain_db"} <= set(
        found["measurement"]
    )
    assert found["verdict"] == found["measurement"]["verdict"] == "lossless_cd"
    assert bool(found["fingerprint"]) != bool(found["no_fingerprint"])


def test_a_doubt_is_said_shown_and_drawn_and_is_no_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three seconds of noise below 16 kHz in a box of 24 bits that is cut off at its end."""
    noise = np.random.Generator(np.random.PCG64(8)).normal(0, 0.1, 3 * 44_100)
    spectrum = np.fft.rfft(noise)
    spectrum[(3 * 16_000) :] = 0
    sound = np.fft.irfft(spectrum, len(noise)) * np.minimum(1, np.arange(len(noise)) / 4410)
    path = masters.write(tmp_path / "doubt.flac", np.rint(sound * 2**15).astype(np.int32)[:, None] << 8, 44_100, 24)
    picture = tmp_path / "doubt.png"
    assert main.run(["inspect", str(path), "--picture", str(picture)]) == 0
    said = capsys.readouterr().out
    assert "as if it had once been an MP3 (we are 99 % sure)" in said
    assert "its lower bits are empty" in said
    assert "its music ends at full level" in said
    assert "◂ 16." in said
    with Image.open(picture) as image:
        assert image.size[0] > 960
        red = (np.array(image.convert("RGB")).astype(int) == (206, 38, 38)).all(axis=2)
    assert red[:, 900:].any(axis=1).sum() > 300
    assert red[:, :80].any()


def test_an_mp3_is_read_and_said_to_be_no_master(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = cuts.make(tmp_path, masters.make(tmp_path, masters.Master("m")), "mp3:cbr=128")
    assert main.run(["inspect", str(path)]) == 0
    said = capsys.readouterr().out
    assert "Lossy by its kind" in said
    assert "already lost part of the music" in said
    assert "Title         Gymnopédie" in said
    assert "once been an MP3" not in said


def test_a_file_by_the_wrong_name_is_explained_and_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = cuts.make(tmp_path, masters.make(tmp_path, masters.Master("m")), "mp3:cbr=128")
    assert main.run(["inspect", str(path.rename(tmp_path / "song.flac"))]) == main.FAILED
    assert "promises .flac, and the file is MP3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda data: data[: len(data) // 2], "truncated", "breaks off after"),
        (lambda data: data[:9000] + b"\0" + data[9001:], "damaged", "is damaged at"),
        (lambda data: b"Not music. " * 100, "not_audio", "no audio file that is known here. Read are FLAC"),
        (lambda data: b"", "not_audio", "is empty"),
    ],
    ids=["truncated", "damaged", "a text", "empty"],
)
def test_a_file_that_cannot_be_read_is_explained(
    change: object, kind: str, words: str, master: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(change)
    master.write_bytes(change(master.read_bytes()))
    assert main.run(["inspect", str(master)]) == main.FAILED
    said = capsys.readouterr().err
    assert said.startswith("lathe: master.flac")
    assert words in said
    assert main.run(["inspect", str(master), "--json"]) == main.FAILED
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert refused["kind"] == kind
    assert words in refused["sentence"]


def test_the_picture_never_lands_on_the_music_or_on_another_file(
    master: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, other = master.read_bytes(), master.with_name("other.png")
    other.write_bytes(b"mine")
    for target, words in ((master, "same file"), (other, "--force"), (master.parent / "no" / "x.png", "no folder")):
        assert main.run(["inspect", str(master), "--picture", str(target), "--force"][: 4 + (target == master)]) == 1
        assert words in capsys.readouterr().err
    assert (master.read_bytes(), other.read_bytes()) == (before, b"mine")
    assert main.run(["inspect", str(master), "--picture", str(other), "--force"]) == 0
    assert other.read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in master.parent.iterdir()) == ["master.flac", "other.png"]


def test_a_device_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe.flac")
    assert main.run(["inspect", str(tmp_path / "pipe.flac")]) == main.FAILED
    assert "is a folder or a device" in capsys.readouterr().err


def test_names_and_tags_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = music.track(tmp_path / "a\x1b[2J[red].flac", title="\x1b[31m[bold]Red", **music.SATIE)
    assert main.run(["inspect", str(path)]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "[bold]Red" in said


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc to bound the memory of a process")
@pytest.mark.parametrize("name", ["tag.mp3", "picture.m4a", "picture.mp3"])
def test_bombs_in_other_kinds_stay_small(name: str, tmp_path: Path) -> None:
    """A gigabyte waits in the picture, a quarter in the tag; the process may never hold so much as a half."""
    master = masters.make(tmp_path, masters.Master("m"))
    cover = Picture("image/png", crafted.png_bomb(16_000)) if name.startswith("picture") else None
    made, _ = cuts.make(tmp_path, master, "aac:128" if name.endswith("m4a") else "mp3:cbr=128", cover)
    path = made.rename(tmp_path / name)
    if name == "tag.mp3":
        music_alone = path.read_bytes()[identify.id3_bytes(path.read_bytes()[:10]) :]
        path.write_bytes(crafted.id3_bomb(255 * MIB) + music_alone)
    code = (
        "import re, sys; from pathlib import Path; from lathe.cli import main;"
        "code = main.run(['inspect', sys.argv[1], '--json']);"
        "print(code, re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=300, check=False)
    assert json.loads(done.stdout)["kind"] in ("MP3", "MP4 (AAC)"), done.stderr
    exit_code, peak_kib = map(int, done.stderr.split()[-2:])
    assert (exit_code, peak_kib < 512 * 1024) == (0, True), peak_kib


def test_memory_is_bounded_while_a_block_runs_and_free_after() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), bounds.memory(64 * MIB):
        bytearray(512 * MIB)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(512 * MIB)) == 512 * MIB


def test_the_picture_in_the_terminal_fits_what_it_shows() -> None:
    levels = np.zeros((300, 960), np.float32)
    levels[150:, 480:] = 1
    assert [line.plain for line in shaded(levels, 16)] == [" " * 16] * 5 + [" " * 8 + "█" * 8] * 5
    assert {line.plain for line in coloured(levels, 16)} == {"▀" * 16}
    assert wave([0] * 700 + [255] * 700, 4) == "  ██"


def test_a_real_recording_has_a_fingerprint_or_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["inspect", str(audio_music.GIGUE)]) == 0
    said = capsys.readouterr().out
    assert "Fingerprint   " in said
    assert "-19.3 LUFS" in said


@pytest.mark.parametrize("fmt", ["wav:bits=32f", "aiff:bits=32f"])
def test_floats_are_called_floats(fmt: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, _ = cuts.make(tmp_path, masters.make(tmp_path, masters.Master("m")), fmt)
    assert main.run(["inspect", str(made)]) == 0
    assert ", 32-bit float, 44.1 kHz, stereo," in capsys.readouterr().out
