"""The contest: each format, the programs that make it too, and what is asked of ours beside each of them."""

from __future__ import annotations

from dataclasses import dataclass

from lathe.audio import formats
from lathe.audio.errors import FormatError

FFMPEG = ("ffmpeg", "-v", "error", "-y", "-i", "{in}")


@dataclass(frozen=True)
class Peer:
    """A program: its command, whose arguments name `{in}` and `{out}`, and how many times as fast ours has to be.

    `decodes` tells that a flac program has to feed it, because it does not read FLAC.
    """

    command: tuple[str, ...]
    least: float | None = None
    decodes: bool = False

    @property
    def name(self) -> str:
        """The program's name."""
        return self.command[0]


@dataclass(frozen=True)
class Entry:
    """One format and its peers. `is_heard`: size and noise are compared with the first peer's too. `least_album`: how
    many times as fast an album has to be, its tracks side by side, as the first peer one after the other.
    """

    format: str
    peers: tuple[Peer, ...]
    is_heard: bool = False
    least_album: float | None = None


def _ffmpeg(*options: str, least: float | None = None) -> Peer:
    return Peer((*FFMPEG, *options, "{out}"), least)


def _lame(*options: str) -> Peer:
    return Peer(("lame", "--quiet", *options, "{in}", "{out}"), 1.9)


ENTRIES = (
    Entry(
        "flac:level=8",
        (
            Peer(("flac", "-s", "-f", "-8", "-o", "{out}", "{in}"), 2.2),
            _ffmpeg("-c:a", "flac", "-compression_level", "8", "-f", "flac", least=1.6),
        ),
    ),
    Entry("alac", (_ffmpeg("-c:a", "alac", "-f", "ipod", least=1.8),)),
    Entry("tta", (_ffmpeg("-c:a", "tta", "-f", "tta"),)),
    Entry("wavpack:level=0", (_ffmpeg("-c:a", "wavpack", "-f", "wv", least=1.8),)),
    Entry(
        "wavpack:level=1",
        (
            _ffmpeg("-c:a", "wavpack", "-compression_level", "1", "-f", "wv", least=1.8),
            Peer(("wavpack", "-q", "-y", "-", "-o", "{out}"), decodes=True),
        ),
    ),
    Entry(
        "opus:128,mode=hard",
        (
            Peer(("opusenc", "--quiet", "--hard-cbr", "--bitrate", "128", "{in}", "{out}"), 2.0),
            _ffmpeg("-c:a", "libopus", "-b:a", "128k", "-vbr", "off", "-f", "opus"),
        ),
    ),
    Entry("mp3:cbr=320", (_lame("-b", "320"), _ffmpeg("-c:a", "libmp3lame", "-b:a", "320k", "-f", "mp3")), True),
    Entry("mp3:cbr=128", (_lame("-b", "128"), _ffmpeg("-c:a", "libmp3lame", "-b:a", "128k", "-f", "mp3")), True),
    Entry("mp3:abr=192", (_lame("--abr", "192"),), True),
    Entry("mp3:vbr=0", (_lame("-V", "0"), _ffmpeg("-c:a", "libmp3lame", "-q:a", "0", "-f", "mp3")), True),
    Entry("aac:256", (_ffmpeg("-c:a", "aac", "-b:a", "256k", "-f", "ipod", least=1.0),), least_album=1.9),
    Entry(
        "opus:128",
        (Peer(("opusenc", "--quiet", "--bitrate", "128", "{in}", "{out}"), 1.0),),
        least_album=1.9,
    ),
    Entry("vorbis:q=6", (Peer(("oggenc", "-Q", "-q", "6", "-o", "{out}", "{in}"), 1.0),), least_album=1.9),
)


def is_known(text: str) -> bool:
    """Whether this build makes the format at all."""
    try:
        formats.parse(text)
    except FormatError:
        return False
    return True
