"""Opus by libopus, laid out on Ogg pages of our own (RFC 6716, RFC 7845)."""

from __future__ import annotations

import struct
from base64 import b64encode
from dataclasses import replace

import numpy as np

from lathe.audio import libopus
from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodyReader, BodySize, DeliveryClass, Option, Stitcher, WholeBody
from lathe.audio.containers import ogg, vorbis_comment
from lathe.audio.divided.opus import MOST_A_PAGE, Order, Parts, packets_a_page
from lathe.audio.division import Division
from lathe.audio.errors import FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.libopus import FRAME, PRE_SKIP, RATE_HZ, Bounded, Libopus, longest_packet, packet_bytes
from lathe.audio.order import UNNAMED, Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

SERIAL = 0x4C617468
"""One serial for all files: it only has to differ between streams multiplexed in one file, and there is one."""
HEAD_PAGES = 2
"""Pages a body expects before it; a longer head makes the stitcher renumber."""
MOST_MONO_KBPS = 256
OPUS_BELOW_REPLAYGAIN_DB = 5.0
"""R128 gain refers to -23 LUFS (RFC 7845, section 5.2.1), ReplayGain to -18."""

KBPS = Option(
    UNNAMED,
    "range",
    "Bitrate. 96 is good, 128 is very good, 160 and more is beyond what most people can tell from the master.",
    minimum=6,
    maximum=510,
    default=128,
    unit="kbps",
    required=True,
    aliases=("vbr",),
)
MODE = Option(
    "mode",
    "choice",
    "vbr spends bits where the music needs them; hard gives every packet the same size.",
    values=("vbr", "hard"),
    default="vbr",
)


class Opus(WholeBody):
    """Opus, always at 48 kHz; the master is resampled by soxr so that its length is exact."""

    name = "opus"
    title = "Opus"
    extension = "opus"
    media_type = "audio/ogg; codecs=opus"
    lossless = False
    floats = True
    options: tuple[Option, ...] = (KBPS, MODE)
    sentence = "The best sound for the room it takes; plays on every phone and browser of today."
    trials: tuple[str, ...] = ("opus:128", "opus:48", "opus:128,mode=hard")

    def conform(self, fmt: Format, source: Source) -> Format:
        """Refuse less than 6 kbps a stream. Mono takes 256 kbps at most: libopus has no use for more."""
        least = KBPS.minimum * libopus.stream_count(source.channels)
        if _kbps(fmt) < least:
            raise FormatError(
                f"Opus needs {least} kbps or more for {source.channels} channels. Order {self.name}:{least}."
            )
        if source.channels == 1 and _kbps(fmt) > MOST_MONO_KBPS:
            return Format(self.name, ((UNNAMED, MOST_MONO_KBPS), *fmt.without(UNNAMED).options))
        return fmt

    def output(self, fmt: Format, source: Source) -> Source:
        return replace(source, sample_rate_hz=RATE_HZ, bits=16, samples=settle.resampled(source, RATE_HZ), pcm_md5=None)

    def label(self, fmt: Format, source: Source | None) -> str:
        return f"Opus {_kbps(fmt)}" + (" CBR" if _hard(fmt) else "")

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        return "A" if _hard(fmt) else "B"

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        """Exact for hard CBR; else the encoder keeps to a ceiling of about twice the nominal size."""
        pcm = self.output(fmt, source)
        packets = _packets(pcm.samples)
        nominal = _body_bytes(packets, packet_bytes(_kbps(fmt)))
        if _hard(fmt):
            return BodySize(True, nominal, nominal)
        return BodySize(False, _ceiling_bytes(packets, _kbps(fmt), pcm.channels), nominal)

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        return _kbps(fmt) * 1000

    def encoder(self, fmt: Format, source: Source) -> Packets:
        return Packets(fmt, self.output(fmt, source), source.bits)

    def division(self, fmt: Format, source: Source) -> Division | None:
        """Divide where all packets have one size; a variable bitrate hangs on all that went before."""
        pcm = self.output(fmt, source)
        order = Order(_kbps(fmt), pcm.channels, source.bits, pcm.samples, _packets(pcm.samples))
        return Parts(order, _pages_after) if _hard(fmt) else None

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return the pages of the identification header and of the comment header."""
        identification = _identification(source)
        comment = b"OpusTags" + vorbis_comment.comments(_pairs(tags, cover))
        first = ogg.packet_pages(SERIAL, 0, ogg.FIRST, identification)
        return b"".join(first + ogg.packet_pages(SERIAL, 1, 0, comment))

    def stitcher(self, head: bytes) -> Stitcher:
        """Return what renumbers the pages of a body behind this head."""
        return ogg.Renumberer(ogg.count_pages(head) - HEAD_PAGES)

    def stitched_range(self, head: bytes, body: BodyReader, start: int, stop: int) -> bytes:
        return ogg.renumbered_range(body, ogg.count_pages(head) - HEAD_PAGES, start, stop)


class Packets:
    """Packets on pages. The end is filled with silence to whole packets, and the last granule cuts it off again."""

    def __init__(self, fmt: Format, pcm: Source, bits: int) -> None:
        self._samples, self._channels = pcm.samples, pcm.channels
        self._encoder = _encoder(fmt, pcm, bits)
        self._pages = _pages_after(0)
        self._waiting: Pcm = np.empty((0, pcm.channels), np.float32)
        self._made = 0

    def feed(self, block: Pcm) -> bytes:
        """Encode the whole packets of 20 ms that are ready."""
        pcm = np.concatenate((self._waiting, block))
        whole = len(pcm) - len(pcm) % FRAME
        self._waiting = pcm[whole:]
        return b"".join(self._lay(pcm[start : start + FRAME]) for start in range(0, whole, FRAME))

    def finish(self) -> bytes:
        missing = (_packets(self._samples) - self._made) * FRAME - len(self._waiting)
        out = self.feed(np.zeros((missing, self._channels), np.float32))
        return out + self._pages.finish(PRE_SKIP + self._samples)

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256)

    def _lay(self, block: Pcm) -> bytes:
        self._made += 1
        return self._pages.add(self._encoder.encode(block), self._made * FRAME)


def _identification(source: Source) -> bytes:
    """Return the identification header (RFC 7845, section 5.1); a mapping family but 0 has its table behind."""
    channels, found = source.channels, libopus.streams(source.channels)
    table = bytes((found.count, found.coupled, *found.mapping)) if found.family else b""
    fields = (b"OpusHead", 1, channels, PRE_SKIP, source.sample_rate_hz, 0, found.family)
    return struct.pack("<8sBBHIhB", *fields) + table


def _encoder(fmt: Format, pcm: Source, bits: int) -> Libopus | Bounded:
    if _hard(fmt):
        return Libopus(_kbps(fmt), pcm.channels, hard=True, bits=bits)
    packets = _packets(pcm.samples)
    return Bounded(_kbps(fmt), pcm.channels, packets, _payload_limit(packets, _kbps(fmt), pcm.channels), bits)


def _pages_after(done: int) -> ogg.Pages:
    return ogg.Pages(SERIAL, HEAD_PAGES + done, MOST_A_PAGE)


def _pairs(tags: Tags, cover: Picture | None) -> list[tuple[str, str]]:
    """Return the comment fields: R128 gains in place of ReplayGain's, and the cover in base64."""
    pairs = vorbis_comment.fields(tags)
    for scope, gain_db in (("TRACK", tags.replaygain_track_gain_db), ("ALBUM", tags.replaygain_album_gain_db)):
        if gain_db is not None:
            steps = max(-32768, min(32767, round((gain_db - OPUS_BELOW_REPLAYGAIN_DB) * 256)))
            pairs.append((f"R128_{scope}_GAIN", str(steps)))
    if cover:
        pairs.append(("METADATA_BLOCK_PICTURE", b64encode(vorbis_comment.picture(cover)).decode("ascii")))
    return pairs


def _kbps(fmt: Format) -> int:
    return fmt.number(UNNAMED, 128)


def _hard(fmt: Format) -> bool:
    return fmt.option("mode") == "hard"


def _packets(samples: int) -> int:
    """Return how many packets carry the samples and the encoder's look-ahead."""
    return -(-(samples + PRE_SKIP) // FRAME)


def _payload_limit(packets: int, kbps: int, channels: int) -> int:
    """Return the most that all packets may hold together: twice the nominal size each, and one of the longest on
    top.
    """
    longest = longest_packet(channels)
    return packets * min(longest, 2 * packet_bytes(kbps) + 4) + longest


def _ceiling_bytes(packets: int, kbps: int, channels: int) -> int:
    """Return the most bytes that pages around such packets can take.

    A page is closed by its fiftieth packet or by the packet that would not fit, which may be one of the longest.
    """
    payload = _payload_limit(packets, kbps, channels)
    segments = packets + payload // 255
    pages = 1 + packets // MOST_A_PAGE + segments // (ogg.MOST_SEGMENTS - longest_packet(channels) // 255)
    return payload + segments + pages * 27


def _body_bytes(packets: int, size: int) -> int:
    """Return the bytes of packets of one size on their pages."""
    segments = size // 255 + 1
    return packets * (size + segments) + -(-packets // packets_a_page(size)) * ogg.HEADER_BYTES
