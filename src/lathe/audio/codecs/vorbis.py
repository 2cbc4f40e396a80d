"""Ogg Vorbis by libvorbis, with a comment header of our own (Vorbis I specification, RFC 3533)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

from lathe.audio import libvorbis
from lathe.audio.budget import Budget
from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodyReader, BodySize, DeliveryClass, Option, Stitcher, WholeBody
from lathe.audio.containers import ogg, vorbis_comment
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

SERIAL = 0x4C617468
"""One serial for all files: it only has to differ between streams multiplexed in one file, and there is one."""
HEAD_PAGES = 3
"""Pages a body expects before it; a longer head makes the stitcher renumber."""
RATES = (48000, 44100, 32000, 24000, 22050, 16000, 11025, 8000)
STEREO_KBPS = (64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500)
"""The bitrates libvorbis names for its qualities, for stereo at 44.1 kHz."""
OVERSHOOT_BPS = 40_000
"""How far a channel may come above twice that in the worst of sound: clicks and bursts of noise."""
ROOM_BYTES = 16_384
"""What the first and last packets of the shortest of tracks may take beyond that."""

QUALITY = Option(
    "q",
    "range",
    "Quality; the bitrate follows the music. 4 is good, 6 is very good, 8 is hard to tell from the master.",
    minimum=0,
    maximum=10,
    default=6,
    required=True,
)


class Vorbis(WholeBody):
    """Vorbis at 8 to 48 kHz; higher masters are resampled, by a whole ratio where there is one."""

    name = "vorbis"
    title = "Vorbis"
    extension = "ogg"
    media_type = "audio/ogg; codecs=vorbis"
    lossless = False
    floats = True
    options: tuple[Option, ...] = (QUALITY,)
    sentence = "Good sound for its room, free of patents from the start; for games and older players that know Ogg."
    trials: tuple[str, ...] = ("vorbis:q=6",)

    def conform(self, fmt: Format, source: Source) -> Format:
        """Refuse rates under 8 kHz."""
        self._rate(source)
        return fmt

    def output(self, fmt: Format, source: Source) -> Source:
        rate = self._rate(source)
        return replace(source, sample_rate_hz=rate, bits=16, samples=settle.resampled(source, rate), pcm_md5=None)

    def label(self, fmt: Format, source: Source | None) -> str:
        return f"Vorbis q{_quality(fmt)}"

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        return "B"

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        pcm, bitrate = self.output(fmt, source), self.bitrate_bps(fmt, source)
        return BodySize(False, _ceiling_bytes(fmt, pcm), bitrate * pcm.samples // (8 * pcm.sample_rate_hz) + 512)

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        return _usual_bps(fmt, self.output(fmt, source))

    def encoder(self, fmt: Format, source: Source) -> Pages:
        return Pages(fmt, self.output(fmt, source))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return the pages of the identification, comment and setup headers."""
        pcm = self.output(fmt, source)
        identification, setup = libvorbis.headers(pcm.sample_rate_hz, pcm.channels, _quality(fmt))
        comment = b"\3vorbis" + vorbis_comment.comments(_pairs(tags, cover)) + b"\1"
        pages = ogg.packet_pages(SERIAL, 0, ogg.FIRST, identification)
        for packet in (comment, setup):
            pages += ogg.packet_pages(SERIAL, len(pages), 0, packet)
        return b"".join(pages)

    def stitcher(self, head: bytes) -> Stitcher:
        """Return what renumbers the pages of a body behind this head."""
        return ogg.Renumberer(ogg.count_pages(head) - HEAD_PAGES)

    def stitched_range(self, head: bytes, body: BodyReader, start: int, stop: int) -> bytes:
        return ogg.renumbered_range(body, ogg.count_pages(head) - HEAD_PAGES, start, stop)

    def _rate(self, source: Source) -> int:
        return settle.nearest_rate(self.title, RATES, source.sample_rate_hz)


class Pages:
    """libvorbis, page by page, within the ceiling."""

    def __init__(self, fmt: Format, pcm: Source) -> None:
        self._encoder = libvorbis.Libvorbis(pcm.sample_rate_hz, pcm.channels, _quality(fmt), SERIAL, HEAD_PAGES)
        self._budget = Budget(fmt, _ceiling_bytes(fmt, pcm))

    def feed(self, block: Pcm) -> bytes:
        return self._budget.spend(self._encoder.encode(block))

    def finish(self) -> bytes:
        return self._budget.spend(self._encoder.finish())

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256)


def _pairs(tags: Tags, cover: Picture | None) -> list[tuple[str, str]]:
    """Return the comment fields, the cover among them in base64."""
    pairs = vorbis_comment.fields(tags) + vorbis_comment.replaygain(tags)
    if cover:
        pairs.append(("METADATA_BLOCK_PICTURE", b64encode(vorbis_comment.picture(cover)).decode("ascii")))
    return pairs


def _quality(fmt: Format) -> int:
    return fmt.number("q", 6)


def _usual_bps(fmt: Format, pcm: Source) -> int:
    """Return the named bitrate, by the share of channels and, below 44.1 kHz, of the rate."""
    stereo = STEREO_KBPS[_quality(fmt)] * 1000
    return stereo * pcm.channels * min(pcm.sample_rate_hz, 44_100) // (2 * 44_100)


def _ceiling_bytes(fmt: Format, pcm: Source) -> int:
    most = 2 * _usual_bps(fmt, pcm) + OVERSHOOT_BPS * pcm.channels
    return most * pcm.samples // (8 * pcm.sample_rate_hz) + ROOM_BYTES * pcm.channels
