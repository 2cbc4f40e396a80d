"""One master cut without a shop: the file is whole, carries the master's words, and never lands on another."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from mutagen.flac import FLAC

from lathe.audio import decode, formats
from lathe.audio.codecs import CODECS
from lathe.audio.staff import Worker
from lathe.cli import cutting, main
from tests import signals
from tests.contracts.audio import music as audio_music
from tests.contracts.audio import players
from tests.db.ingest import music


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = music.track(tmp_path / "master.flac", title="Lent", tracknumber="1", **music.SATIE)
    music.embed(path, music.picture(80, 80))
    return path


def test_a_flac_is_the_masters_music_with_its_tags_and_cover(master: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = master.with_name("out.flac")
    assert main.run(["encode", str(master), "--to", "flac", "-o", str(target)]) == 0
    assert decode.verify(target) == decode.verify(master)
    assert decode.probe(target).tags["title"] == ["Lent"]
    assert FLAC(target).pictures[0].data == music.picture(80, 80)
    assert "FLAC 16/44.1" in capsys.readouterr().out


@pytest.mark.parametrize("fmt", [text for codec in CODECS.values() for text in codec.trials])
def test_every_codec_writes_a_file_that_is_proved(master: Path, fmt: str, capsys: pytest.CaptureFixture[str]) -> None:
    players.need_encoder(CODECS[formats.parse(fmt).codec])
    target = master.with_name("out.bin")
    assert main.run(["encode", str(master), "--to", fmt, "-o", str(target), "--verify"]) == 0
    assert target.stat().st_size > 1000
    said = capsys.readouterr().out
    assert "Its tags read back: 'Lent', with a cover." in said
    assert "samples" in said
    assert sorted(path.name for path in master.parent.iterdir()) == ["master.flac", "out.bin"]


def test_the_parts_and_joins_are_explained_and_workers_change_no_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    master = audio_music.GIGUE
    for workers in ("1", "2"):
        target = tmp_path / f"{workers}.mp3"
        assert (
            main.run(
                ["encode", str(master), "--to", "mp3:cbr=128", "-o", str(target), "--workers", workers, "--explain"]
            )
            == 0
        )
        said = capsys.readouterr().out
        assert f"Made in 3 parts by {workers} worker" in said
        assert said.count("woven") == 2
    assert (tmp_path / "1.mp3").read_bytes() == (tmp_path / "2.mp3").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.mp3", "2.mp3"]
    assert main.run(["encode", str(master), "--to", "opus:64", "-o", str(tmp_path / "one.opus"), "--explain"]) == 0
    assert "single pass" in capsys.readouterr().out


def test_what_is_there_is_not_written_over_without_force(master: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = master.with_name("out.wav")
    target.write_bytes(b"mine")
    assert main.run(["encode", str(master), "--to", "wav", "-o", str(target)]) == main.FAILED
    assert target.read_bytes() == b"mine"
    assert "--force" in capsys.readouterr().err
    assert main.run(["encode", str(master), "--to", "wav", "-o", str(target), "--force"]) == 0
    assert target.read_bytes().startswith(b"RIFF")


def test_a_master_is_never_written_over(master: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = master.read_bytes()
    assert main.run(["encode", str(master), "--to", "flac", "-o", str(master), "--force"]) == main.FAILED
    assert master.read_bytes() == before
    assert "never written over" in capsys.readouterr().err


@pytest.mark.parametrize(("fmt", "word"), [("mp9", "no format 'mp9'"), ("mp3:cbr=321", "cbr"), ("flac:rate=96000", "")])
def test_an_order_that_cannot_be_cut_leaves_nothing(
    master: Path, fmt: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["encode", str(master), "--to", fmt, "-o", str(master.with_name("out"))]) == main.FAILED
    assert word in capsys.readouterr().err
    assert [path.name for path in master.parent.iterdir()] == ["master.flac"]


def test_a_master_that_breaks_off_leaves_nothing(master: Path, capsys: pytest.CaptureFixture[str]) -> None:
    master.write_bytes(master.read_bytes()[: master.stat().st_size // 3])
    assert main.run(["encode", str(master), "--to", "mp3:vbr=0", "-o", str(master.with_name("out.mp3"))]) == main.FAILED
    assert "master.flac" in capsys.readouterr().err
    assert [path.name for path in master.parent.iterdir()] == ["master.flac"]


def test_formats_are_listed_for_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["formats"]) == 0
    assert "0 to 9" in capsys.readouterr().out
    assert main.run(["formats", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [codec["name"] for codec in listed] == list(CODECS)
    assert listed[0]["channels"] == [1, 2]
    assert listed[0]["delivery_classes"] == {"mp3:cbr=320": "A", "mp3:vbr=0": "C", "mp3:abr=192": "C"}
    assert all(codec["options"] and codec["sentence"] and codec["sample_rates_hz"] for codec in listed)
    assert all(formats.parse(text) for codec in CODECS.values() for text in codec.trials)


def test_a_device_is_not_replaced_by_a_file(master: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = master.with_name("pipe")
    os.mkfifo(target)
    assert main.run(["encode", str(master), "--to", "wav", "-o", str(target), "--force"]) == main.FAILED
    assert target.is_fifo()
    assert "no ordinary file" in capsys.readouterr().err


@pytest.mark.parametrize("fmt", ["wav", "mp2:64"])
def test_standard_output_gets_the_file_alone(master: Path, fmt: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    target = master.with_name("out.bin")
    assert main.run(["encode", str(master), "--to", fmt, "-o", str(target)]) == 0
    capfdbinary.readouterr()
    assert main.run(["encode", str(master), "--to", fmt, "-o", "-", "--verify", "--explain"]) == 0
    out, err = capfdbinary.readouterr()
    assert out == target.read_bytes()
    assert b"read back" in err


def test_a_file_that_is_not_what_was_promised_is_not_handed_over(
    master: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fault is put into the finished file here, between the cut and its proof."""
    join = cutting._join

    def faulty(whole: Path, *more: Any) -> None:
        join(whole, *more)
        data = bytearray(whole.read_bytes())
        data[len(data) // 2] ^= 1
        whole.write_bytes(data)

    monkeypatch.setattr(cutting, "_join", faulty)
    assert main.run(["encode", str(master), "--to", "aiff", "-o", str(master.with_name("out.aiff")), "--verify"]) == 1
    assert "MD5" in capsys.readouterr().err
    assert [path.name for path in master.parent.iterdir()] == ["master.flac"]


def test_a_terminal_is_not_filled_with_music(
    master: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main.run(["encode", str(master), "--to", "wav", "-o", "-"]) == main.FAILED
    said = capsys.readouterr()
    assert said.out == ""
    assert "is a terminal" in said.err


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 143), (signal.SIGINT, main.INTERRUPTED)]
)
def test_a_cut_that_is_told_to_end_leaves_nothing(tmp_path: Path, number: int, code: int) -> None:
    """It is told so once its half-made file is there; that a cut is slower than a look at a folder is all we bet on."""
    command = [sys.executable, "-m", "lathe.cli.main", "encode", str(audio_music.GYMNOPEDIE), "--to", "aac:256"]
    with signals.heeded(number):
        process = subprocess.Popen([*command, "-o", str(tmp_path / "out.m4a")], stderr=subprocess.PIPE)
    with process:
        while process.poll() is None and not list(tmp_path.glob(".lathe-*/body")):
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(60) == code
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_hard_links_gets_its_file(master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory cards have FAT, which refuses links so."""

    def refused(*_names: object, **_how: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)
    target = master.with_name("out.wav")
    assert main.run(["encode", str(master), "--to", "wav", "-o", str(target)]) == 0
    assert target.read_bytes().startswith(b"RIFF")


def test_a_file_that_appears_during_the_cut_is_not_written_over(
    master: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target, join = master.with_name("out.wav"), cutting._join

    def joined_beside_another(*cut: Any) -> None:
        join(*cut)
        target.write_bytes(b"mine")

    monkeypatch.setattr(cutting, "_join", joined_beside_another)
    assert main.run(["encode", str(master), "--to", "wav", "-o", str(target)]) == main.FAILED
    assert target.read_bytes() == b"mine"
    assert "just appeared" in capsys.readouterr().err
    assert sorted(path.name for path in master.parent.iterdir()) == ["master.flac", "out.wav"]


def test_no_more_encoders_start_than_there_are_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started, start = [], Worker.start

    def counted() -> Worker:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(Worker, "start", counted)
    command = ["encode", str(audio_music.GIGUE), "--to", "mp3:cbr=128", "-o", str(tmp_path / "out.mp3")]
    assert main.run([*command, "--workers", "9"]) == 0
    assert len(started) == 3


@pytest.mark.parametrize("name", ["folder", "pipe"])
def test_a_master_that_is_no_file_is_called_what_it_is(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    command = ["encode", str(tmp_path / name), "--to", "wav", "-o", str(tmp_path / "out.wav")]
    assert main.run(command) == main.FAILED
    assert f"{name} is a folder or a device" in capsys.readouterr().err


def test_standard_output_that_is_closed_is_told(
    master: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as closed:
        closed.setattr("sys.stdout", None)
        assert main.run(["encode", str(master), "--to", "wav", "-o", "-"]) == main.FAILED
    assert "Standard output is closed" in capsys.readouterr().err


def test_the_list_of_formats_has_one_form_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["formats", "--json", "--markdown"]) == main.MISUSED
    assert "Choose --json or --markdown" in capsys.readouterr().err
