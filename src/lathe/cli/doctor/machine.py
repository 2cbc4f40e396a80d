"""Checks of the machine: Python, packages, encoders, clock. They need no shop."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version

import numpy as np

from lathe.audio import formats
from lathe.audio.build import build_id
from lathe.audio.codecs import offered
from lathe.audio.codecs.base import Codec
from lathe.audio.source import Source
from lathe.basics import clock
from lathe.cli.doctor.findings import Finding, note, ok, wrong

OLDEST_PYTHON = (3, 11)
BORN = datetime(2026, 10, 1, tzinfo=UTC)
"""No machine's clock stands before this version of Lathe was written."""
_SAMPLES = 9600


def python() -> Finding:
    """Whether this Python is new enough."""
    found = f"Python {platform.python_version()} on {platform.machine()}"
    if sys.version_info < OLDEST_PYTHON:
        return wrong("python", f"{found} is too old.", "Use Python 3.11 or newer, and run `make setup` again.")
    return ok("python", f"{found}.")


def packages() -> Finding:
    """Whether every package that Lathe asks for is installed."""
    try:
        wanted = [line.split(";")[0] for line in requires("lathe-store") or [] if "extra ==" not in line]
    except PackageNotFoundError:
        return note("packages", "Lathe runs from its source tree and is not installed.", "`make setup` installs it.")
    names = [line.split("[")[0].rstrip("0123456789.,<>=!~ ") for line in wanted if "win32" not in line]
    missing = [name for name in names if not _installed(name)]
    if missing:
        return wrong("packages", f"These packages are missing: {', '.join(missing)}.", "Run `make setup` again.")
    return ok("packages", f"All {len(names)} packages are installed.")


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def encoders() -> list[Finding]:
    """Whether each codec encodes a short tone, and which build of encoders this is."""
    found = [_encoder(codec) for codec in offered().values()]
    if all(finding.state == "ok" for finding in found):
        found.append(ok("build", f"The encoders' build is {build_id()}."))
    return found


def _encoder(codec: Codec) -> Finding:
    what = f"encoder {codec.name}"
    tone = np.round(8000 * np.sin(np.arange(_SAMPLES) * 0.06)).astype(np.int16)
    pcm = np.stack((tone, tone), axis=1)
    try:
        sizes = []
        for text in codec.trials:
            encoder = codec.encoder(formats.parse(text), Source(48_000, 16, 2, _SAMPLES))
            block = pcm.astype(np.float32) / 32768 if codec.floats else pcm
            sizes.append(len(encoder.feed(block)) + len(encoder.finish()))
    except Exception as failure:
        return wrong(what, f"{codec.title} does not encode: {failure}", "Run `make setup` again.")
    if not all(sizes):
        return wrong(what, f"{codec.title} encodes a tone to nothing.", "Run `make setup` again.")
    return ok(what, f"{codec.title} encodes.")


def time() -> Finding:
    """Whether the clock can be right."""
    now = clock.now()
    if now < BORN:
        return wrong("clock", f"The clock says {now:%Y-%m-%d %H:%M} UTC, which is long past.", "Set it, by NTP best.")
    return ok("clock", f"The clock says {now:%Y-%m-%d %H:%M} UTC.")
