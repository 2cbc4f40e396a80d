"""What an order yields from a master, told before anything is encoded."""

from __future__ import annotations

from lathe.audio.codecs import codec_of
from lathe.audio.codecs.base import BodySize, DeliveryClass
from lathe.audio.order import Format
from lathe.audio.source import Source

__all__ = ["BodySize", "DeliveryClass", "bitrate_bps", "body_size", "conform", "delivery_class", "label", "output"]


def conform(fmt: Format, source: Source) -> Format:
    """Settle an order against a master: bits and rate equal to the master's are dropped, so that one result has one
    name.

    Raises FormatError where the master has too little (no upsampling, no bits of nothing) or the codec cannot hold it.
    The other functions here conform by themselves; conforming twice changes nothing.
    """
    return codec_of(fmt).conform(fmt, source)


def output(fmt: Format, source: Source) -> Source:
    """Return rate, bits, channels and samples of the music in the file, and its MD5 where that is known beforehand.

    Gapless codecs decode to exactly that; others put some silence around it.
    """
    return codec_of(fmt).output(conform(fmt, source), source)


def label(fmt: Format, source: Source | None = None) -> str:
    """Return what people read: `FLAC 24/96`, `MP3 V0`, `MP3 320`, `Opus 160`, `WAV 16/44.1`."""
    return codec_of(fmt).label(conform(fmt, source) if source else fmt, source)


def delivery_class(fmt: Format, source: Source) -> DeliveryClass:
    """A: head and length known before the encode; B: head known, length not; C: the head needs the whole body."""
    return codec_of(fmt).delivery_class(conform(fmt, source), source)


def body_size(fmt: Format, source: Source) -> BodySize:
    """Return the size of the body, exact where arithmetic gives it, else a ceiling that is never exceeded and an
    estimate.
    """
    return codec_of(fmt).body_size(conform(fmt, source), source)


def bitrate_bps(fmt: Format, source: Source) -> int:
    """Return the nominal bitrate, or the typical one where the music decides, in bits a second."""
    return codec_of(fmt).bitrate_bps(conform(fmt, source), source)
