"""FFmpeg's encoders, packet by packet: blocks of any length in, packets of whole frames out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import av
import numpy as np

from lathe.audio import planes
from lathe.audio.errors import EncodeError
from lathe.audio.layouts import LAYOUTS
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source

_TOP_OF_32 = 8
"""FFmpeg takes 24 bits at the top of 32."""


class Encoder:
    """One encoder of FFmpeg for PCM of one kind.

    `kind` is FFmpeg's sample format: integers take blocks of the PCM's bits, floats take float32. FFmpeg itself parts
    a block into frames, keeps what is too short for one, and lays the channels apart where `kind` is planar: in one
    call for many frames, because a call for each costs as much as a twentieth of the encode.
    """

    def __init__(self, name: str, pcm: Source, kind: str, options: Mapping[str, str], bitrate_bps: int = 0) -> None:
        self._kind, self._layout, self._rate_hz = kind.removesuffix("p"), LAYOUTS[pcm.channels], pcm.sample_rate_hz
        self._wide = kind.startswith("s32")
        self._step = Fraction(1, pcm.sample_rate_hz)
        self._context = _opened(name, pcm, kind, options, bitrate_bps)
        self.frame_samples = self._context.frame_size
        self._frame = av.AudioFrame(self._kind, self._layout)
        self._fed = 0

    @property
    def extradata(self) -> bytes:
        """What the encoder wants a decoder to know before the first packet."""
        return self._context.extradata or b""

    def feed(self, block: Pcm) -> list[bytes]:
        """Take samples of shape (samples, channels); return the packets that are ready."""
        return self._encode(block) if len(block) else []

    def finish(self) -> list[bytes]:
        """Return the packets of what is left, the last frame perhaps a short one."""
        return [bytes(packet) for packet in self._context.encode(None) if packet.size]

    def _encode(self, block: Pcm) -> list[bytes]:
        frame = self._filled(block)
        frame.pts = self._fed
        self._fed += len(block)
        return [bytes(packet) for packet in self._context.encode(frame) if packet.size]

    def _filled(self, block: Pcm) -> av.AudioFrame:
        """Return a frame that holds the block. FFmpeg copies what is in it, so that blocks of one length share one."""
        if self._frame.samples != len(block):
            self._frame = av.AudioFrame(self._kind, self._layout, len(block))
            self._frame.sample_rate, self._frame.time_base = self._rate_hz, self._step
            self._room = planes.view(self._frame)
        if self._wide:
            np.left_shift(block, _TOP_OF_32, out=self._room)
        else:
            self._room[:] = block
        return self._frame


def _opened(name: str, pcm: Source, kind: str, options: Mapping[str, str], bitrate_bps: int) -> av.AudioCodecContext:
    context = av.CodecContext.create(name, "w")
    if not isinstance(context, av.AudioCodecContext):
        raise EncodeError(f"The encoder {name} of this PyAV is not an audio encoder; install the pinned version.")
    context.sample_rate, context.layout, context.format = pcm.sample_rate_hz, LAYOUTS[pcm.channels], kind
    context.time_base = Fraction(1, pcm.sample_rate_hz)
    if bitrate_bps:
        context.bit_rate = bitrate_bps
    context.options = {"flags": "+bitexact", "threads": "1", **options}
    context.open()
    return context
