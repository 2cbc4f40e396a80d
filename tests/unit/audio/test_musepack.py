"""A codec that needs a program: offered where it is installed, known everywhere, and nothing left of one given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lathe.audio import codecs, formats, plan
from lathe.audio.codecs.musepack import Mpcenc
from lathe.audio.errors import EncodeError, FormatError
from lathe.audio.source import Source

FMT = formats.parse("musepack:q=5")
PCM = Source(44_100, 16, 2, 44_100)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine without any program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    codecs.offered.cache_clear()
    yield
    codecs.offered.cache_clear()


def fake(folder: Path, script: str) -> None:
    program = folder / "mpcenc"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.usefixtures("bare")
def test_without_the_program_it_is_not_offered_and_stays_known() -> None:
    assert "musepack" not in codecs.offered()
    assert set(codecs.CODECS) - set(codecs.offered()) == {"musepack"}
    with pytest.raises(FormatError, match="mpcenc is not installed"):
        formats.offered("musepack:q=5")
    assert plan.label(formats.parse("musepack:q=5")) == "Musepack q5"
    with pytest.raises(EncodeError, match="musepack-tools"):
        Mpcenc(FMT, PCM)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(("script", "words"), [("exec /bin/cat >/dev/null", "ended with 0"), ("exit 3", "ended")])
def test_a_program_that_fails_makes_no_file(script: str, words: str, tmp_path: Path) -> None:
    fake(tmp_path, script)
    with pytest.raises(EncodeError, match=words):
        encoder = Mpcenc(FMT, PCM)
        for _ in range(50):
            encoder.feed(np.zeros((44_100, 2), np.int16))
        encoder.finish()


@pytest.mark.usefixtures("bare")
def test_an_encode_that_is_given_up_ends_the_program(tmp_path: Path) -> None:
    fake(tmp_path, "exec /bin/cat >/dev/null")
    encoder = Mpcenc(FMT, PCM)
    process = encoder._process
    encoder.feed(np.zeros((100, 2), np.int16))
    del encoder
    assert process.returncode is not None
