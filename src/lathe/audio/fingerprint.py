"""The acoustic fingerprint of a recording, by Chromaprint's program fpcalc where that is installed.

The program is handed samples that were decoded here, never the file: it would read all that a stranger put in it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable

from lathe.audio.errors import AudioError
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source

PROGRAM = "fpcalc"
HEARD_S = 120
"""What Chromaprint hears of a recording; databases of fingerprints expect this much."""
LONGEST_S = 60.0
"""For the program, which needs a fifth of a second."""


class FingerprintError(AudioError):
    """There is no fingerprint; the text says why, and what to do."""


class Listener:
    """Keeps the first two minutes of a recording, as one channel of 16 bits."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = HEARD_S * source.sample_rate_hz
        self._parts: list[Pcm] = []

    def feed(self, pcm: Pcm) -> None:
        """Take the next samples of shape (samples, channels)."""
        heard = pcm[: self._left]
        self._left -= len(heard)
        if len(heard):
            self._parts.append((heard.mean(axis=1) / 2 ** (self._source.bits - 16)).astype("<i2"))

    def fingerprint(self) -> str:
        """Return the fingerprint as AcoustID takes it. Raises FingerprintError."""
        return calculated(self._parts, self._source.sample_rate_hz)


def calculated(parts: Iterable[Pcm], rate_hz: int) -> str:
    """Return the fingerprint of mono samples of 16 bits. Raises FingerprintError."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise FingerprintError("fpcalc is not installed; on Debian it comes with libchromaprint-tools.")
    asked = ["-json", "-format", "s16le", "-rate", str(rate_hz), "-channels", "1", "-length", str(HEARD_S), "-"]
    samples = b"".join(part.tobytes() for part in parts)
    try:
        done = subprocess.run([program, *asked], input=samples, capture_output=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired as late:
        raise FingerprintError(f"fpcalc was stopped after {LONGEST_S:.0f} s without an answer. Try again.") from late
    except OSError as failure:
        raise FingerprintError(f"fpcalc cannot be run ({failure.strerror}). Install it anew.") from failure
    return _read(done)


def _read(done: subprocess.CompletedProcess[bytes]) -> str:
    try:
        found = json.loads(done.stdout)["fingerprint"]
    except (ValueError, KeyError, TypeError) as strange:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1].removeprefix("ERROR: ") if said else "it does not say why"
        raise FingerprintError(f"fpcalc made none ({why}). It needs about three seconds of sound.") from strange
    return str(found)
