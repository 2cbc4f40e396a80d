"""Bodies of packets that hang on their own samples alone: made apart, they can be laid one behind the other."""

from __future__ import annotations

from collections.abc import Sequence

from lathe.audio.budget import Budget
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BodyFacts
from lathe.audio.libav import Encoder
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source


class Packing:
    """What a codec says of its packets: each holds `packet_samples`, the last one perhaps fewer.

    `pcm` is what the body decodes to; all packets together take `ceiling_bytes` at most. An encoder that packs closer
    for what it heard before hears `run_up` packets before those it is asked for.
    """

    encoder_name: str
    planar = False
    run_up = 0

    def __init__(self, fmt: Format, pcm: Source, packet_samples: int, ceiling_bytes: int) -> None:
        self.fmt, self.pcm = fmt, pcm
        self.packet_samples, self.ceiling_bytes = packet_samples, ceiling_bytes

    def options(self) -> dict[str, str]:
        """Return the encoder's options, beside the bits a sample."""
        return {}

    def placed(self, packet: bytes, number: int) -> bytes:
        """Return a packet that some encoder gave as it stands in the whole, counted from 0."""
        return packet

    def facts(self, sizes: Sequence[int], size_bytes: int, sha256: str) -> BodyFacts:
        """Return the facts of the finished body; `sizes` are the bytes of every packet."""
        return BodyFacts(size_bytes, sha256)

    def encoder(self) -> Encoder:
        """Return an encoder of FFmpeg for any stretch of whole packets, or for the end of the music."""
        kind = ("s32" if self.pcm.bits > 16 else "s16") + ("p" if self.planar else "")
        options = {"bits_per_raw_sample": str(self.pcm.bits), **self.options()}
        encoder = Encoder(self.encoder_name, self.pcm, kind, options)
        if encoder.frame_samples != self.packet_samples:
            raise EncodeError(
                f"This PyAV makes {self.encoder_name} packets of {encoder.frame_samples} samples, not "
                f"{self.packet_samples}; install the pinned version."
            )
        return encoder


class Run:
    """Some packets of a body, made by one encoder that hears the music from the packet `start` on; those before the
    packet `number` are only for it to learn by.
    """

    def __init__(self, packing: Packing, start: int, number: int) -> None:
        self._encoder, self._packing = packing.encoder(), packing
        self._number, self._unwanted = start, number - start

    def feed(self, block: Pcm) -> list[bytes]:
        """Take samples; return the packets that are ready."""
        return self._placed(self._encoder.feed(block))

    def finish(self) -> list[bytes]:
        """Return the rest."""
        return self._placed(self._encoder.finish())

    def _placed(self, packets: list[bytes]) -> list[bytes]:
        left_out = min(self._unwanted, len(packets))
        first, self._number = self._number + left_out, self._number + len(packets)
        self._unwanted -= left_out
        return [self._packing.placed(packet, number) for number, packet in enumerate(packets[left_out:], first)]


class Pile:
    """The packets of a body one behind the other, counted, and below the ceiling that was promised."""

    def __init__(self, packing: Packing) -> None:
        self._packing, self._budget = packing, Budget(packing.fmt, packing.ceiling_bytes)
        self._sizes: list[int] = []

    def add(self, packets: Sequence[bytes | memoryview]) -> bytes:
        """Return the packets in one piece. Raises EncodeError where they pass the ceiling."""
        self._sizes += map(len, packets)
        return self._budget.spend(b"".join(packets))

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        """Return the facts of the finished body."""
        return self._packing.facts(self._sizes, size_bytes, sha256)


class Whole:
    """A body made by one encoder from end to end."""

    def __init__(self, packing: Packing) -> None:
        self._run, self._pile = Run(packing, 0, 0), Pile(packing)

    def feed(self, block: Pcm) -> bytes:
        return self._pile.add(self._run.feed(block))

    def finish(self) -> bytes:
        return self._pile.add(self._run.finish())

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        return self._pile.facts(size_bytes, sha256)
