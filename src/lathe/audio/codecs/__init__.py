"""The table of codecs, in the order in which they are shown: those for old players come last.

A new codec is one file here and one line below; `tests/contracts/test_every_codec.py` then tests it.
"""

from __future__ import annotations

import shutil
from functools import cache

from lathe.audio.codecs.aac import Aac
from lathe.audio.codecs.aiff import Aiff
from lathe.audio.codecs.alac import Alac
from lathe.audio.codecs.base import Codec
from lathe.audio.codecs.flac import Flac
from lathe.audio.codecs.mp2 import Mp2
from lathe.audio.codecs.mp3 import Mp3
from lathe.audio.codecs.musepack import Musepack
from lathe.audio.codecs.opus import Opus
from lathe.audio.codecs.tta import Tta
from lathe.audio.codecs.vorbis import Vorbis
from lathe.audio.codecs.wav import Wav
from lathe.audio.codecs.wavpack import WavPack
from lathe.audio.codecs.wma import Wma
from lathe.audio.order import Format

CODECS: dict[str, Codec] = {
    "mp3": Mp3(),
    "aac": Aac(),
    "opus": Opus(),
    "vorbis": Vorbis(),
    "flac": Flac(),
    "alac": Alac(),
    "wavpack": WavPack(),
    "tta": Tta(),
    "wav": Wav(),
    "aiff": Aiff(),
    "mp2": Mp2(),
    "wma": Wma(),
    "musepack": Musepack(),
}


def codec_of(fmt: Format) -> Codec:
    """Return the codec that carries out the order."""
    return CODECS[fmt.codec]


@cache
def offered() -> dict[str, Codec]:
    """Return the codecs that this machine can encode: those that need no program, or whose program is installed.

    Looked for once in the life of the process. What was sold in another format stays known in `CODECS`.
    """
    return {name: codec for name, codec in CODECS.items() if not codec.program or shutil.which(codec.program)}
