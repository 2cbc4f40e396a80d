"""What independent programs make of a file: strict validators, and decoders that count samples."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from lathe.audio.codecs.base import Codec
from lathe.audio.pcm import FLOAT_BITS
from lathe.audio.source import Source
from tests.plugins import programs

PROGRAMS = (
    "flac",
    "mp3val",
    "mpg123",
    "opusinfo",
    "ogginfo",
    "oggz-validate",
    "ffmpeg",
    "sox",
    "AtomicParsley",
    "wvunpack",
)
"""All that `is_clean` may call."""
COMPLAINTS = ("warning", "error", "corrupt", "fail")


def run(*command: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run a program that may not take longer than a minute; skips the test where it is missing."""
    program = programs.need(str(command[0]))
    return subprocess.run([program, *command[1:]], capture_output=True, timeout=60, check=False)


def need_encoder(codec: Codec) -> None:
    """Skip the test where the codec's own program is missing."""
    if codec.program:
        programs.need(codec.program)


def is_clean(path: Path, with_ffmpeg: bool = True) -> None:
    """Fail where any strict validator for this kind of file has something to say."""
    for validator in VALIDATORS[path.suffix]:
        if with_ffmpeg or validator is not _ffmpeg:
            validator(path)


def _flac(path: Path) -> None:
    done = run("flac", "-wst", path)
    assert done.returncode == 0, done.stderr.decode()


def _mp3val(path: Path) -> None:
    """A hundredth of a second has too few frames for mp3val to believe in it; that is no fault of the file."""
    said = run("mp3val", path).stdout.decode()
    lines = [line for line in said.splitlines() if "Too few MPEG frames" not in line]
    bad = [line for line in lines if "WARNING" in line or "ERROR" in line]
    assert not bad, bad


def _mpg123(path: Path) -> None:
    done = run("mpg123", "-tq", path)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr


def _opusinfo(path: Path) -> None:
    said = run("opusinfo", path).stdout.decode(errors="replace")
    assert not any(word in said.lower() for word in COMPLAINTS), said


def _ogginfo(path: Path) -> None:
    """ogginfo prints the cover too, whose letters may spell anything."""
    lines = run("ogginfo", path).stdout.decode(errors="replace").splitlines()
    said = [line for line in lines if "METADATA_BLOCK_PICTURE" not in line]
    assert not any(word in line.lower() for line in said for word in COMPLAINTS), said


def _wvunpack(path: Path) -> None:
    done = run("wvunpack", "-qv", path)
    assert done.returncode == 0, done.stderr.decode()


SILENCE_LEFT_BY_FFMPEG = (".mp2", ".wma", ".mpc")
"""Files around whose music FFmpeg leaves silence: the container has no way to say where it begins, or FFmpeg does not
listen.
"""


def _mpcdec(path: Path) -> None:
    done = run("mpcdec", "-c", path)
    assert done.returncode == 0, done.stderr.decode()


def _oggz(path: Path) -> None:
    done = run("oggz-validate", path)
    assert done.returncode == 0, done.stdout + done.stderr


def _ffmpeg(path: Path) -> None:
    done = run("ffmpeg", "-v", "error", "-xerror", "-err_detect", "explode", "-i", path, "-f", "null", "-")
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr


def _sox(path: Path) -> None:
    done = run("sox", path, "-n", "stat")
    assert done.returncode == 0, done.stderr


def _atomicparsley(path: Path) -> None:
    done = run("AtomicParsley", path, "-T", "1")
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, said
    assert not any(word in said.lower() for word in COMPLAINTS), said


VALIDATORS: dict[str, tuple[Callable[[Path], None], ...]] = {
    ".flac": (_flac, _ffmpeg),
    ".mp3": (_mp3val, _mpg123, _ffmpeg),
    ".mp2": (_mpg123, _ffmpeg),
    ".wma": (_ffmpeg,),
    ".mpc": (_mpcdec, _ffmpeg),
    ".opus": (_opusinfo, _oggz, _ffmpeg),
    ".wav": (_sox, _ffmpeg),
    ".aiff": (_sox, _ffmpeg),
    ".ogg": (_ogginfo, _oggz, _ffmpeg),
    ".wv": (_wvunpack, _ffmpeg),
    ".tta": (_ffmpeg,),
    ".m4a": (_atomicparsley, _ffmpeg),
}


def ffmpeg_pcm(path: Path, bits: int) -> bytes:
    """Return the PCM that FFmpeg decodes, gapless, as it comes."""
    kind = {16: "s16le", 24: "s24le", FLOAT_BITS: "f32le"}[bits]
    return run("ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-f", kind, "-").stdout


def mpg123_pcm(path: Path) -> bytes:
    """Return the PCM that mpg123 decodes, gapless."""
    return run("mpg123", "-q", "-s", path).stdout


def opusdec_pcm(path: Path) -> bytes:
    """Return the PCM that opusdec decodes, at 48 kHz and without dither."""
    return run("opusdec", "--quiet", "--no-dither", "--rate", "48000", path, "-").stdout


def oggdec_pcm(path: Path) -> bytes:
    """Return the PCM that libvorbis decodes."""
    return run("oggdec", "--quiet", "--raw", "--output", "-", path).stdout


def wvunpack_pcm(path: Path) -> bytes:
    """Return the PCM that WavPack's own program decodes, in the file's own bits."""
    return run("wvunpack", "-q", "--raw", path, "-o", "-").stdout


def mpcdec_pcm(path: Path) -> bytes:
    """Return the PCM that Musepack's own program decodes."""
    return run("mpcdec", "-r", path, "-").stdout


SECOND_OPINION: dict[str, Callable[[Path], bytes]] = {
    ".mp3": mpg123_pcm,
    ".mp2": mpg123_pcm,
    ".opus": opusdec_pcm,
    ".ogg": oggdec_pcm,
    ".wv": wvunpack_pcm,
    ".mpc": mpcdec_pcm,
}


def stated(path: Path) -> dict[str, str]:
    """Return what ffprobe says of the audio stream."""
    done = run("ffprobe", "-v", "error", "-select_streams", "a", "-show_streams", "-of", "json", path)
    stream: dict[str, str] = json.loads(done.stdout)["streams"][0]
    return stream


def exiftool(path: Path) -> dict[str, str]:
    """Return the tags that exiftool reads; of several artists it may give the last alone."""
    found: dict[str, str] = json.loads(run("exiftool", "-json", path).stdout)[0]
    return found


def samples_in(pcm: bytes, target: Source, bits: int = 16) -> int:
    """Return how many samples a channel there are in interleaved PCM, which may have no odd bytes behind them."""
    whole, rest = divmod(len(pcm), target.channels * bits // 8)
    assert rest == 0
    return whole
