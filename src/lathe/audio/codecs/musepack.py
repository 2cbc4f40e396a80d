"""Musepack SV8 by its own program, mpcenc; its size and bytes are known when the program is done."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import weakref
from dataclasses import replace
from typing import IO

from lathe.audio.budget import Budget
from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodySize, DeliveryClass, Option, WholeBody
from lathe.audio.containers import apev2, riff
from lathe.audio.errors import EncodeError, FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm, packed
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

RATES = (48000, 44100, 32000)
STEREO_KBPS = (30, 60, 75, 90, 130, 180, 210, 240, 270, 300, 350)
"""What music usually takes at each quality, for two channels; the program names those from 3 to 7."""
LARGEST_PCM_BYTES = riff.LARGEST - 64
"""The program takes its music as a plain WAV."""
ROOM_BYTES = 4096
"""What the headers and the seek table take where there is next to no music."""

QUALITY = Option(
    "q",
    "range",
    "Quality; the bitrate follows the music. 5 is very good, 7 is hard to tell from the master.",
    minimum=0,
    maximum=10,
    default=5,
    required=True,
)


class Musepack(WholeBody):
    """Musepack of one or two channels at 32 to 48 kHz; higher masters are resampled, by a whole ratio where there is
    one.
    """

    name = "musepack"
    title = "Musepack"
    extension = "mpc"
    media_type = "audio/x-musepack"
    lossless = False
    floats = False
    for_old_players = True
    program = "mpcenc"
    options: tuple[Option, ...] = (QUALITY,)
    sentence = "For players and libraries of those who chose it twenty years ago; good sound from 180 kbps on."
    trials: tuple[str, ...] = ("musepack:q=5",)

    def conform(self, fmt: Format, source: Source) -> Format:
        """Refuse more than two channels, rates under 32 kHz, and more than the program's WAV holds."""
        settle.refuse_surround(self.title, source)
        size = self.output(fmt, source).pcm_bytes
        if size > LARGEST_PCM_BYTES:
            raise FormatError(f"Musepack is made from 4 GiB of samples at most; this track has {size} bytes.")
        return fmt

    def output(self, fmt: Format, source: Source) -> Source:
        rate = settle.nearest_rate(self.title, RATES, source.sample_rate_hz)
        return replace(source, sample_rate_hz=rate, bits=16, samples=settle.resampled(source, rate), pcm_md5=None)

    def label(self, fmt: Format, source: Source | None) -> str:
        return f"Musepack q{_quality(fmt)}"

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        """B: nothing stands before the body, and how long it gets is not known."""
        return "B"

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        pcm = self.output(fmt, source)
        ceiling = _ceiling_bytes(pcm)
        usual = self.bitrate_bps(fmt, source) * pcm.samples // (8 * pcm.sample_rate_hz) + 64
        return BodySize(False, ceiling, min(ceiling, usual))

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        return STEREO_KBPS[_quality(fmt)] * 1000 * source.channels // 2

    def encoder(self, fmt: Format, source: Source) -> Mpcenc:
        return Mpcenc(fmt, self.output(fmt, source))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return no bytes: the program writes the whole stream."""
        return b""

    def tail(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None) -> bytes:
        """Return an APEv2 tag, which readers look for at the end."""
        return apev2.tag(tags, cover)


class Mpcenc:
    """The program. It goes back in its output to say where the seek table is, so that nothing leaves before the end."""

    def __init__(self, fmt: Format, pcm: Source) -> None:
        program = shutil.which(Musepack.program)
        if program is None:
            raise EncodeError(f"Musepack is made by {Musepack.program}; install Debian's musepack-tools.")
        self._out = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open as long as the program writes
        command = [program, "--silent", "--quality", str(_quality(fmt)), "-", "-"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self._out, stderr=subprocess.DEVNULL, bufsize=0
        )
        self._end = weakref.finalize(self, _put_away, self._process, self._out)
        self._budget = Budget(fmt, _ceiling_bytes(pcm))
        self._write(riff.header(pcm, 0))

    def feed(self, block: Pcm) -> bytes:
        self._write(packed(block, 16))
        return b""

    def finish(self) -> bytes:
        """Wait for the program, and return all that it made."""
        if self._process.stdin:
            self._process.stdin.close()
        code = self._process.wait()
        self._out.seek(0)
        data = self._out.read()
        self._end()
        if code or not data.startswith(b"MPCK"):
            raise EncodeError(f"{Musepack.program} ended with {code}; install the version of Debian 12.")
        return self._budget.spend(data)

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256)

    def _write(self, data: bytes) -> None:
        view, pipe = memoryview(data), self._process.stdin
        try:
            while view and pipe:
                view = view[os.write(pipe.fileno(), view) :]
        except BrokenPipeError as gone:
            raise EncodeError(f"{Musepack.program} ended before the music did; try again.") from gone


def _put_away(process: subprocess.Popen[bytes], out: IO[bytes]) -> None:
    """End the program, whether it is done or was given up."""
    if process.stdin:
        process.stdin.close()
    process.kill()
    process.wait()
    out.close()


def _quality(fmt: Format) -> int:
    return fmt.number("q", 5)


def _ceiling_bytes(pcm: Source) -> int:
    """Return the most bytes: those of the samples. Clicks in silence, the worst of sound, took two thirds of them."""
    return pcm.pcm_bytes + ROOM_BYTES
