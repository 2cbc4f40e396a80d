"""AAC-LC by FFmpeg's encoder, in m4a."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np

from lathe.audio.budget import Budget
from lathe.audio.codecs import settle
from lathe.audio.codecs.base import BodySize, DeliveryClass, Option, WholeBody
from lathe.audio.containers import itunes, mp4
from lathe.audio.errors import EncodeError, FormatError
from lathe.audio.facts import BodyFacts
from lathe.audio.libav import Encoder
from lathe.audio.order import UNNAMED, Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

FRAME = 1024
PRIMING = 1024
"""Samples FFmpeg's encoder puts before the music."""
RATES = (48000, 44100, 32000, 24000, 22050, 16000)
CONFIGURATIONS = {1: 1, 2: 2, 3: 3, 5: 5, 6: 6, 8: 12}
"""The channel configuration (ISO/IEC 14496-3, table 1.19) that means what FLAC means by so many channels."""
_RATE_INDEX = {48000: 3, 44100: 4, 32000: 5, 24000: 6, 22050: 7, 16000: 8}
_NO_SBR = bytes.fromhex("56e500")
"""Tells decoders not to look for spectral band replication (ISO/IEC 14496-3, section 1.6.5)."""
MOST_BYTES_A_CHANNEL = 768
"""The longest frame a decoder has to take: 6144 bits a channel (ISO/IEC 14496-3, section 4.5.3.1)."""
OVERSHOOT_BPS = 192_000
"""How far above its bitrate the encoder may come in the worst of music: loud noise, switched on and off."""

KBPS = Option(
    UNNAMED,
    "range",
    "Bitrate. 128 is good, 192 is very good, 256 is what Apple sells.",
    minimum=64,
    maximum=320,
    default=256,
    unit="kbps",
    required=True,
    aliases=("abr",),
)
CODER = Option(
    "coder",
    "choice",
    "twoloop looks harder for the best use of the bits; fast is done sooner.",
    values=("twoloop", "fast"),
    default="twoloop",
)


class Aac(WholeBody):
    """AAC-LC at 16 to 48 kHz; higher masters are resampled, by a whole ratio where there is one."""

    name = "aac"
    title = "AAC"
    extension = "m4a"
    media_type = "audio/mp4"
    lossless = False
    floats = True
    options: tuple[Option, ...] = (KBPS, CODER)
    sentence = "Good sound in little room; at home on Apple's devices, plays on nearly all others."
    trials: tuple[str, ...] = ("aac:256", "aac:128,coder=fast")

    def conform(self, fmt: Format, source: Source) -> Format:
        """Refuse layouts without a channel configuration. A bitrate beyond what the frames can hold becomes the
        highest they can.
        """
        if source.channels not in CONFIGURATIONS:
            raise FormatError(
                f"AAC holds 1, 2, 3, 5, 6 or 8 channels here; this master has {source.channels}. Order FLAC or WAV."
            )
        most = _most_bps(self._rate(source), source.channels) // 1000
        return fmt if _kbps(fmt) <= most else Format(self.name, ((UNNAMED, most), *fmt.without(UNNAMED).options))

    def output(self, fmt: Format, source: Source) -> Source:
        rate = self._rate(source)
        return replace(source, sample_rate_hz=rate, bits=16, samples=settle.resampled(source, rate), pcm_md5=None)

    def label(self, fmt: Format, source: Source | None) -> str:
        return f"AAC {_kbps(fmt)}" + (" fast" if fmt.option("coder") == "fast" else "")

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass:
        """C: the movie box before the music lists the size of every packet."""
        return "C"

    def body_size(self, fmt: Format, source: Source) -> BodySize:
        pcm = self.output(fmt, source)
        estimate = _packets(pcm.samples) * (FRAME * _kbps(fmt) * 125 // pcm.sample_rate_hz + 1)
        ceiling = _ceiling_bytes(fmt, pcm)
        return BodySize(False, ceiling, min(estimate, ceiling))

    def bitrate_bps(self, fmt: Format, source: Source) -> int:
        return _kbps(fmt) * 1000

    def encoder(self, fmt: Format, source: Source) -> Packets:
        return Packets(fmt, self.output(fmt, source))

    def head(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None) -> bytes:
        """Return everything up to the first packet, with an edit list that leaves exactly the music."""
        if facts is None:
            raise FormatError(f"The head of {fmt} needs the facts of its body; encode it first.")
        pcm = self.output(fmt, source)
        delay = PRIMING + _lead_in(pcm.samples)
        entry = mp4.audio_entry(b"mp4a", pcm.channels, 16, pcm.sample_rate_hz, _esds(pcm, facts, _kbps(fmt)))
        track = mp4.Track(entry, pcm.sample_rate_hz, FRAME, FRAME, delay, pcm.samples, facts.frame_sizes)
        gapless = ("iTunSMPB", f" 00000000 {delay:08X} 00000000 {pcm.samples:016X}" + " 00000000" * 8)
        return mp4.head(track, itunes.ilst(tags, cover, (gapless,)))

    def _rate(self, source: Source) -> int:
        return settle.nearest_rate(self.title, RATES, source.sample_rate_hz)


class Packets:
    """Packets of 1024 samples. Silence before the music fills up the first of them, so that the last one ends with
    the music: players that know where to begin then need not know where to stop.
    """

    def __init__(self, fmt: Format, pcm: Source) -> None:
        self._fmt, self._pcm = fmt, pcm
        self._encoder = Encoder(
            "aac", pcm, "fltp", {"aac_coder": str(fmt.option("coder") or CODER.default)}, _kbps(fmt) * 1000
        )
        self._sizes: list[int] = []
        self._budget = Budget(fmt, _ceiling_bytes(fmt, pcm))
        self._lead_in: Pcm = np.zeros((_lead_in(pcm.samples), pcm.channels), np.float32)

    def feed(self, block: Pcm) -> bytes:
        pcm = np.concatenate((self._lead_in, block)) if len(self._lead_in) else block
        self._lead_in = self._lead_in[:0]
        return self._take(self._encoder.feed(pcm))

    def finish(self) -> bytes:
        """Flush, and check that there are as many packets as the head says."""
        last = self._take(self._encoder.finish())
        if len(self._sizes) != _packets(self._pcm.samples):
            raise EncodeError(
                f"The encoder made {len(self._sizes)} packets of {self._fmt} where "
                f"{_packets(self._pcm.samples)} were due; install the pinned PyAV."
            )
        return last

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return BodyFacts(size_bytes, sha256, frame_sizes=tuple(self._sizes))

    def _take(self, packets: list[bytes]) -> bytes:
        self._sizes += map(len, packets)
        return self._budget.spend(b"".join(packets))


def _esds(pcm: Source, facts: BodyFacts, kbps: int) -> bytes:
    """Return the elementary stream descriptor (ISO/IEC 14496-1, section 7.2.6.5)."""
    average = facts.size_bytes * 8 * pcm.sample_rate_hz // (len(facts.frame_sizes) * FRAME)
    index = _RATE_INDEX[pcm.sample_rate_hz]
    specific = struct.pack(">H", 2 << 11 | index << 7 | CONFIGURATIONS[pcm.channels] << 3) + _NO_SBR
    most = max(average, kbps * 1000, max(facts.frame_sizes) * 8 * pcm.sample_rate_hz // FRAME)
    buffer = MOST_BYTES_A_CHANNEL * pcm.channels
    decoder = bytes([0x40, 0x15]) + buffer.to_bytes(3, "big") + struct.pack(">II", most, average)
    stream = bytes(3) + _descriptor(4, decoder + _descriptor(5, specific)) + _descriptor(6, b"\2")
    return mp4.full_box(b"esds", 0, 0, _descriptor(3, stream))


def _descriptor(tag: int, body: bytes) -> bytes:
    return bytes([tag, len(body)]) + body


def _kbps(fmt: Format) -> int:
    return fmt.number(UNNAMED, 256)


def _most_bps(rate_hz: int, channels: int) -> int:
    return MOST_BYTES_A_CHANNEL * 8 * channels * rate_hz // FRAME


def _lead_in(samples: int) -> int:
    """Return how many samples of silence make the music end with a frame."""
    return -samples % FRAME


def _packets(samples: int) -> int:
    return (PRIMING + _lead_in(samples) + samples) // FRAME


def _ceiling_bytes(fmt: Format, pcm: Source) -> int:
    """Return the most bytes of all packets: the bitrate with its overshoot, or all frames at their longest."""
    longest = MOST_BYTES_A_CHANNEL * pcm.channels
    usual = FRAME * (_kbps(fmt) * 1000 + OVERSHOOT_BPS) // (8 * pcm.sample_rate_hz)
    packets = _packets(pcm.samples)
    return packets * min(longest, usual) + longest
