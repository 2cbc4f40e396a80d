"""Windows Media Audio 2 by FFmpeg's encoder, in ASF."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodySize, DeliveryClass, Option, WholeBody
from lathe.audio.containers import asf
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BodyFacts
from lathe.audio.libav import Encoder
from lathe.audio.order import UNNAMED, Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

RATES = (48000, 44100, 32000, 22050, 16000)
LOW_RATE_HZ, MOST_LOW_KBPS = 22050, 64
"""From this rate down more than that many kilobits for a pair of channels serve nothing."""
_PRIVATE = bytes.fromhex("00000000010000000000")
"""Tells decoders how the encoder works: its scale factors are coded, its bits are not saved up."""

KBPS = Option(
    UNNAMED,
    "steps",
    "The same bitrate throughout. 128 is fair, 192 is good.",
    values=(48, 64, 96, 128, 160, 192, 256, 320),
    default=192,
    unit="kbps",
    required=True,
    modes=("cbr",),
)


class Wma(WholeBody):
    """WMA 2 of one or two channels at 16 to 48 kHz; higher masters are resampled, by a whole ratio where there is
    one.
    """

    name = "wma"
    title = "WMA"
    extension = "wma"
    media_type = "audio/x-ms-wma"
    lossless = False
    floats = True
    gapless = False
    for_old_players = True
    options: tuple[Option, ...] = (KBPS,)
    sentence = (
        "For players and car radios of the years when Windows Media was common. It cannot play on without a gap, and "
        "it does not keep the exact length: some silence stands around the music."
    )
    trials: tuple[str, ...] = ("wma:192",)

    def conform(self, fmt: Format, source: Source) -> Format:
        """Refuse more than two channels and rates under 16 kHz; one channel has half the highest bitrate."""
        settle.refuse_surround(self.title, source)
        pair = MOST_LOW_KBPS if self._rate(source) <= LOW_RATE_HZ else int(KBPS.values[-1])
        most = pair * source.channels // 2
        fitting = [int(value) for value in KBPS.values if int(value) <= max(most, int(KBPS.values[0]))]
        return Format(self.name, ((UNNAMED, min(_kbps(fmt), fitting[-1])),))

    def output(self, fmt: Format, source: Source) -> Source:
        rate = self._rate(source)
        return replace(source, sample_rate_hz=rate, bits=16, samples=settle.resampled(source, rate), pcm_md5=None)

    def label(self, fmt: Format, source: Source | None) -> str:
        return f"WMA {_kbps(fmt)}"

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        """A: all packets have the same length."""
        return "A"

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        stream = _stream(fmt, self.output(fmt, source))
        size = stream.pieces * stream.packet_bytes
        return BodySize(True, size, size)

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        return _kbps(fmt) * 1000

    def encoder(self, fmt: Format, source: Source) -> Packets:
        pcm = self.output(fmt, source)
        return Packets(fmt, pcm, _stream(fmt, pcm))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return the header object, and the beginning of the data object."""
        pcm = self.output(fmt, source)
        name = hashlib.sha256(f"{fmt} {source}".encode()).digest()[:16]
        return asf.head(_stream(fmt, pcm), name, tags, cover)

    def _rate(self, source: Source) -> int:
        return settle.nearest_rate(self.title, RATES, source.sample_rate_hz)


class Packets:
    """FFmpeg's WMA encoder, packet by packet.

    Microsoft's encoder begins two packets early, and players drop as many; this one begins one early by itself. So a
    packet of silence goes before the music, and one behind it, for the last packet comes out faded.
    """

    def __init__(self, fmt: Format, pcm: Source, stream: asf.Stream) -> None:
        self._fmt, self._pcm, self._stream, self._made = fmt, pcm, stream, 0
        self._encoder = Encoder("wmav2", pcm, "fltp", {}, _kbps(fmt) * 1000)
        self._lead_in: Pcm = np.zeros((stream.piece_samples, pcm.channels), np.float32)
        if (self._encoder.frame_samples, self._encoder.extradata) != (stream.piece_samples, _PRIVATE):
            raise EncodeError("The WMA encoder of this PyAV works in another way; install the pinned version.")

    def feed(self, block: Pcm) -> bytes:
        pcm = np.concatenate((self._lead_in, block)) if len(self._lead_in) else block
        self._lead_in = self._lead_in[:0]
        return self._take(self._encoder.feed(pcm))

    def finish(self) -> bytes:
        """Flush, and check that there are as many packets as the head says."""
        stream = self._stream
        missing = (stream.pieces - 1) * stream.piece_samples - self._pcm.samples
        last = self._take(self._encoder.feed(np.zeros((missing, stream.channels), np.float32)))
        if self._made != stream.pieces:
            raise EncodeError(
                f"The encoder made {self._made} packets of {self._fmt} where {stream.pieces} were due; "
                "install the pinned PyAV."
            )
        return last

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256)

    def _take(self, pieces: list[bytes]) -> bytes:
        packets = []
        for piece in pieces:
            if len(piece) != self._stream.piece_bytes:
                raise EncodeError(f"The encoder made a packet of {len(piece)} bytes; install the pinned PyAV.")
            packets.append(asf.packet(self._stream, self._made, piece))
            self._made += 1
        return b"".join(packets)


def _kbps(fmt: Format) -> int:
    return fmt.number(UNNAMED, 192)


def frame_samples(rate_hz: int) -> int:
    """Return the samples of a packet."""
    if rate_hz <= 16_000:
        return 512
    return 1024 if rate_hz <= 22_050 else 2048


def _stream(fmt: Format, pcm: Source) -> asf.Stream:
    frame, bitrate = frame_samples(pcm.sample_rate_hz), _kbps(fmt) * 1000
    size = bitrate * frame // (8 * pcm.sample_rate_hz)
    pieces = 2 + -(-pcm.samples // frame)
    return asf.Stream(pcm.sample_rate_hz, pcm.channels, bitrate, frame, size, pieces, _PRIVATE)
