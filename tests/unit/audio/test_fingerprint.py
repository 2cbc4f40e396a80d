"""The fingerprint is the one that fpcalc makes of the file, though it never sees the file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import decode, fingerprint
from lathe.audio.fingerprint import FingerprintError, Listener
from lathe.audio.source import Source
from tests.contracts.audio import music
from tests.plugins import programs


def heard(path: Path) -> Listener:
    listener = Listener(decode.probe(path).source)
    for pcm in decode.pcm_blocks(path):
        listener.feed(pcm)
    return listener


@pytest.mark.needs_program("fpcalc")
@pytest.mark.parametrize("path", [music.GIGUE, music.RAG], ids=lambda path: path.stem)
def test_it_is_what_the_program_makes_of_the_file(path: Path) -> None:
    said = subprocess.run([programs.need("fpcalc"), "-json", path], capture_output=True, check=False).stdout
    assert heard(path).fingerprint() == json.loads(said)["fingerprint"]


@pytest.mark.needs_program("fpcalc")
def test_too_little_sound_has_none_and_says_why() -> None:
    listener = Listener(Source(44_100, 24, 6, 1000))
    listener.feed(np.zeros((1000, 6), np.int32))
    with pytest.raises(FingerprintError, match="three seconds"):
        listener.fingerprint()


def test_no_more_than_two_minutes_are_kept() -> None:
    listener = Listener(Source(8000, 16, 1, 8000 * 300))
    for _ in range(300):
        listener.feed(np.ones((8000, 1), np.int16))
    assert sum(len(part) for part in listener._parts) == 120 * 8000


def program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program of the same name before the real one."""
    path = folder / "fpcalc"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_without_the_program_the_reason_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FingerprintError, match="libchromaprint-tools"):
        fingerprint.calculated([], 44_100)


def test_a_program_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "exec sleep 600", monkeypatch)
    monkeypatch.setattr(fingerprint, "LONGEST_S", 0.2)
    with pytest.raises(FingerprintError, match="was stopped"):
        fingerprint.calculated([np.zeros(10, "<i2")], 44_100)


@pytest.mark.parametrize("script", ["echo nonsense", "exit 3", "echo '[]'", "echo '{}'"])
def test_a_program_that_answers_nonsense_is_a_reason(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, f"cat >/dev/null; {script}", monkeypatch)
    with pytest.raises(FingerprintError, match="fpcalc made none"):
        fingerprint.calculated([np.zeros(10, "<i2")], 44_100)
