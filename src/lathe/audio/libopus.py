"""libopus, the one inside PyAV's wheel, called directly: FFmpeg's way to it costs a fifth more time and hides the
streams of surround sound.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections import deque
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np

from lathe.audio.errors import EncodeError
from lathe.audio.layouts import XIPH_ORDER
from lathe.audio.pcm import Pcm

RATE_HZ = 48_000
FRAME = 960
"""Samples a packet: 20 ms."""
PRE_SKIP = 312
"""Samples libopus looks ahead, which decoders drop again (RFC 7845, section 4.2)."""
LONGEST_OF_A_STREAM = 1276
"""The most that libopus gives for one frame of 20 ms: a byte that names its kind, and 1275 (RFC 6716, section
3.2.1).
"""
LENGTH_OF_A_STREAM = 2
"""Bytes that say how long a stream is, in packets of several (RFC 6716, appendix B)."""
RUN_UP = 50
"""Packets after which two encoders that heard different beginnings give the same ones."""
_STREAMS = {1: (1, 0), 2: (1, 1), 3: (2, 1), 4: (2, 2), 5: (3, 2), 6: (4, 2), 7: (4, 3), 8: (5, 3)}
_FOR_MUSIC = 2049
_BITRATE, _VBR, _COMPLEXITY, _VBR_CONSTRAINT, _LOOKAHEAD, _LSB_DEPTH = 4002, 4006, 4010, 4020, 4027, 4036


@dataclass(frozen=True)
class Streams:
    """How channels are put into streams, as the identification header tells it (RFC 7845, section 5.1.1).

    `family` 0 is mono or stereo in a single stream, 1 surround in Vorbis's order; `coupled` streams hold two channels;
    `mapping` names for each channel its place among those of the streams.
    """

    family: int
    count: int
    coupled: int
    mapping: tuple[int, ...]


def packet_bytes(kbps: int) -> int:
    """Return the bytes of a packet at the nominal bitrate: 20 ms are a fiftieth of a second."""
    return min(LONGEST_OF_A_STREAM, (kbps * 1000 + 200) // 400)


def longest_packet(channels: int) -> int:
    """Return the most bytes that a packet can have."""
    count = stream_count(channels)
    return count * LONGEST_OF_A_STREAM + (count - 1) * LENGTH_OF_A_STREAM


def stream_count(channels: int) -> int:
    """Return how many streams libopus makes of 1 to 8 channels."""
    return _STREAMS[channels][0]


@cache
def streams(channels: int) -> Streams:
    """Return how libopus puts 1 to 8 channels into streams."""
    return Libopus(64, channels, hard=False).streams


@cache
def version() -> str:
    """Return what the library calls itself."""
    text: bytes = _library().opus_get_version_string()
    return text.decode("ascii")


class Libopus:
    """One encoder at its best: variable bitrate, or every packet of the same size.

    It is told how many bits the master has, as opusenc tells it: so it spends none on what lies below.
    """

    def __init__(self, kbps: int, channels: int, hard: bool, bits: int = 24) -> None:
        self._order = XIPH_ORDER.get(channels)
        self._library = _library()
        self._encoder, self.streams = _created(self._library, channels)
        settings = {_BITRATE: kbps * 1000, _COMPLEXITY: 10, _VBR: not hard, _VBR_CONSTRAINT: 0, _LSB_DEPTH: bits}
        for request, value in settings.items():
            _check(self._library.opus_multistream_encoder_ctl(self._encoder, request, ctypes.c_int(value)))
        self._check_look_ahead()
        self._room = longest_packet(channels)
        self._out = ctypes.create_string_buffer(self._room)

    def __del__(self) -> None:
        if encoder := getattr(self, "_encoder", None):
            self._library.opus_multistream_encoder_destroy(encoder)

    def encode(self, block: Pcm) -> bytes:
        """Return the packet for float32 samples of shape (960, channels), in FLAC's order."""
        pcm = np.ascontiguousarray(block if self._order is None else block[:, self._order], np.float32)
        if len(pcm) != FRAME:
            raise EncodeError(f"libopus was given {len(pcm)} samples for a packet of {FRAME}.")
        size = self._library.opus_multistream_encode_float(self._encoder, pcm.ctypes.data, FRAME, self._out, self._room)
        return ctypes.string_at(self._out, _check(size))

    def _check_look_ahead(self) -> None:
        """Compare the encoder's look-ahead with the one our heads state before there is an encoder."""
        found = ctypes.c_int()
        _check(self._library.opus_multistream_encoder_ctl(self._encoder, _LOOKAHEAD, ctypes.byref(found)))
        if found.value != PRE_SKIP:
            raise EncodeError(
                f"This libopus looks {found.value} samples ahead, not {PRE_SKIP}; install the pinned PyAV."
            )


class Bounded:
    """Variable bitrate within a limit for the sum of all packets.

    libopus aims at no more than twice the nominal size, packet by packet, but promises nothing. Here the promise is
    kept: where a packet would leave less than the nominal size for each of those to come, an encoder of constant
    packets takes over, after a run-up over the last second, so that the join is not heard.
    """

    def __init__(self, kbps: int, channels: int, packets: int, limit_bytes: int, bits: int = 24) -> None:
        self._kbps, self._channels, self._bits = kbps, channels, bits
        self._left, self._limit = packets, limit_bytes
        self._encoder = Libopus(kbps, channels, hard=False, bits=bits)
        self._heard: deque[Pcm] = deque(maxlen=RUN_UP)
        self._constant = False

    def encode(self, block: Pcm) -> bytes:
        """Return the packet for float32 samples of shape (960, channels)."""
        self._left -= 1
        packet = self._encoder.encode(block)
        if not self._constant and len(packet) + self._left * packet_bytes(self._kbps) > self._limit:
            self._take_over()
            packet = self._encoder.encode(block)
        self._heard.append(block)
        self._limit -= len(packet)
        return packet

    def _take_over(self) -> None:
        self._constant = True
        self._encoder = Libopus(self._kbps, self._channels, hard=True, bits=self._bits)
        for block in self._heard:
            self._encoder.encode(block)


def _created(library: ctypes.CDLL, channels: int) -> tuple[int, Streams]:
    """Return a new encoder, and what it does with the channels."""
    family = 0 if channels <= 2 else 1
    count, coupled, fault, mapping = ctypes.c_int(), ctypes.c_int(), ctypes.c_int(), (ctypes.c_ubyte * channels)()
    encoder: int | None = library.opus_multistream_surround_encoder_create(
        RATE_HZ,
        channels,
        family,
        ctypes.byref(count),
        ctypes.byref(coupled),
        mapping,
        _FOR_MUSIC,
        ctypes.byref(fault),
    )
    _check(fault.value)
    if encoder is None or (count.value, coupled.value) != _STREAMS[channels]:
        raise EncodeError(
            f"This libopus does not make the expected streams of {channels} channels; install the pinned PyAV."
        )
    return encoder, Streams(family, count.value, coupled.value, tuple(mapping))


def _check(result: int) -> int:
    """Return what libopus returned. Raises EncodeError where that is one of its faults."""
    if result < 0:
        raise EncodeError(f"libopus refuses to encode (its error {result}); install the pinned PyAV.")
    return result


@cache
def _library() -> ctypes.CDLL:
    """Load the library, once a process, and say what its functions take.

    Wheels carry it beside PyAV: in `av.libs` on Linux, in `av/.dylibs` on macOS. A PyAV that was built here has the
    system's.
    """
    package = Path(av.__file__).parent
    carried = [*(package.parent / "av.libs").glob("libopus*"), *(package / ".dylibs").glob("libopus*")]
    name = str(carried[0]) if carried else ctypes.util.find_library("opus")
    if name is None:
        raise EncodeError("There is no libopus beside PyAV nor on the system; install the pinned PyAV.")
    library = ctypes.CDLL(name)
    library.opus_get_version_string.restype = ctypes.c_char_p
    library.opus_multistream_surround_encoder_create.restype = ctypes.c_void_p
    library.opus_multistream_encoder_destroy.argtypes = [ctypes.c_void_p]
    library.opus_multistream_encoder_destroy.restype = None
    library.opus_multistream_encoder_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.opus_multistream_encode_float.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int32,
    ]
    return library
