"""FLAC frames decoded one by one through FFmpeg, every checksum looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import av
from av.container import InputContainer

from lathe.audio import planes, stated
from lathe.audio.errors import SourceError
from lathe.audio.pcm import Pcm
from lathe.audio.sound_only import READ_BYTES, SoundOnly
from lathe.audio.source import Source

Packets: TypeAlias = Iterator["av.Packet[av.AudioStream]"]


class FrameReader:
    """Reads the PCM of one master. Raises SourceError where it is none."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._claim = stated.claim(file)
        self._stated = self._claim.source
        self._place = 0
        self._step = (1, 1)

    def frames(self, start: int) -> Iterator[Pcm]:
        """Yield the frames from sample `start` on, the first one cut to it: shape (samples, channels)."""
        with SoundOnly(self._file, self._claim) as sound, self._opened(sound) as container:
            stream = _stream(container)
            self._step = ((stream.time_base or 0) * self._stated.sample_rate_hz).as_integer_ratio()
            if start:
                self._seek(container, stream, start)
            self._place = start
            for frame in self._decoded(stream, self._packets(container, stream)):
                yield from self._from(start, frame)

    def _opened(self, sound: SoundOnly) -> InputContainer:
        try:
            return av.open(sound, "r", format="flac", buffer_size=READ_BYTES)
        except (av.FFmpegError, ValueError) as error:
            raise self._damaged("its headers cannot be read") from error

    def _seek(self, container: InputContainer, stream: av.AudioStream, start: int) -> None:
        """Go to the frame that holds sample `start`, or to one before it."""
        try:
            container.seek(int(start / self._stated.sample_rate_hz / (stream.time_base or 1)), stream=stream)
        except av.FFmpegError as error:
            self._place = start
            raise self._damaged("this place cannot be found") from error

    def _from(self, start: int, frame: av.AudioFrame) -> Iterator[Pcm]:
        """Yield what lies at `start` or behind it. A frame that does not follow on the last one means a gap."""
        first = self._place if frame.pts is None else self._sample_of(frame.pts)
        if first > self._place or (first != self._place and self._place > start):
            raise self._damaged("samples are missing")
        pcm = self._pcm(frame)
        if first + len(pcm) > start:
            self._place = first + len(pcm)
            yield pcm[max(0, start - first) :]

    def _packets(self, container: InputContainer, stream: av.AudioStream) -> Packets:
        try:
            yield from container.demux(stream)
        except av.FFmpegError as error:
            raise self._damaged("it cannot be read on") from error

    def _decoded(self, stream: av.AudioStream, packets: Packets) -> Iterator[av.AudioFrame]:
        for packet in packets:
            try:
                frames = stream.codec_context.decode(packet)
            except av.FFmpegError as error:
                raise self._why(packet, packets) from error
            yield from frames

    def _why(self, packet: av.Packet[av.AudioStream], later: Packets) -> SourceError:
        """Tell a file that was cut off, with its last frame broken and more to come, from one that was damaged."""
        missing = self._stated.samples - self._place
        with suppress(SourceError):
            if missing > (packet.duration or 0) and not any(one.size for one in later):
                return broken_off(self._file, self._stated, self._place)
        return self._damaged("a frame fails its checksum")

    def _damaged(self, what: str) -> SourceError:
        at = f"{self._place / self._stated.sample_rate_hz:.2f} s"
        return SourceError("damaged", f"{self._file.name} is damaged at {at}: {what}. Deliver the file again.")

    def _sample_of(self, pts: int) -> int:
        """Return the sample that a time stands for, without a fraction made for each frame."""
        up, down = self._step
        return (2 * pts * up + down) // (2 * down)

    def _pcm(self, frame: av.AudioFrame) -> Pcm:
        """Return the frame's samples where FFmpeg put them, and 24 bits taken down from the top of 32."""
        expected = self._stated
        if (frame.sample_rate, frame.layout.nb_channels) != (expected.sample_rate_hz, expected.channels):
            raise self._damaged("its rate or channels change")
        if frame.format.name != ("s16" if expected.bits == 16 else "s32"):
            raise self._damaged("its bits change")
        samples = planes.view(frame)
        return samples if expected.bits == 16 else samples >> 8


def broken_off(file: Path, whole: Source, samples: int) -> SourceError:
    """Return the error for a master that ends after `samples` of the samples it states."""
    reached = f"{samples / whole.sample_rate_hz:.2f} of {whole.duration_s:.2f} s"
    return SourceError("truncated", f"{file.name} breaks off after {reached}. Deliver the file again.")


def _stream(container: InputContainer) -> av.AudioStream:
    """Return the one audio stream, set to check each frame's CRC-16 and to fail on it."""
    stream = container.streams.audio[0]
    stream.codec_context.options = {"err_detect": "crccheck+explode"}
    stream.codec_context.thread_count = 1
    return stream
