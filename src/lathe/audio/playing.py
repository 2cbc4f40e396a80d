"""Music of other kinds than masters, played through FFmpeg to be looked at: what the engine cuts, and its like.

FFmpeg reads all of such a file, its tags and pictures too. The kind is told by our own look at its first bytes, and
only decoders of sound may run; who plays strangers' files bounds the memory of the process as well (`bounds`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import InputContainer

from lathe.audio import stated
from lathe.audio.containers import complete, identify
from lathe.audio.containers.identify import Kind
from lathe.audio.errors import SourceError
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source

DECODERS = (
    *("mp3float", "mp3", "aac", "alac", "flac", "libopus", "opus", "vorbis", "wavpack", "tta", "pcm_u8", "pcm_f32be"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f64le"),
    *("mp2float", "mp2", "wmav2", "mpc8"),
)
LOSSLESS = frozenset({"alac", "flac", "wavpack", "tta"})
NARROW = frozenset({"u8", "u8p", "s16", "s16p"})
"""Sample formats that 16 bits hold; all others are looked at with 24."""
_SLACK = 8192
"""Samples that a stated length may be off: two of the longest frames."""


@dataclass(frozen=True)
class Played:
    """What a file of another kind says of itself: kind and codec in words, its sound, tags by lower-case name.

    `source.samples` is what was counted, once it was; lossy sound is looked at as 24 bits. `stated_samples` is None
    where the file does not say in a way that can be trusted.
    """

    kind: Kind
    codec: str
    is_lossless: bool
    source: Source
    stated_samples: int | None
    tags: dict[str, list[str]]


def look(file: Path) -> Played:
    """Look at the headers of a file. Raises SourceError where it is nothing that is played here."""
    kind = kind_of(file)
    with _opened(file, kind) as container:
        stream = _stream(file, container)
        name, source = stream.codec_context.name, _sound(file, stream.codec_context)
        is_lossless = name in LOSSLESS or name.startswith("pcm_")
        tags = _tags(dict(container.metadata) | dict(stream.metadata))
        return Played(kind, name, is_lossless, source, _stated(file, kind, stream), tags)


def kind_of(file: Path) -> Kind:
    """Return what a file is. Raises SourceError where there is none, or it is of no kind that is played here."""
    if not file.exists():
        raise SourceError("missing", f"{file.name}: there is no such file. Check the spelling.")
    if not file.is_file():
        raise SourceError("not_audio", f"{file.name} is a folder or a device. Name a file.")
    if file.stat().st_size == 0:
        raise SourceError("not_audio", f"{file.name} is empty. Fetch it again.")
    kind = identify.kind(file)
    if not kind.demuxer:
        raise SourceError(
            kind.fault or "unsupported",
            f"{file.name} is {kind.name}. Read are FLAC, WAV, AIFF, ALAC, WavPack, TTA, MP3, "
            "AAC, Opus, Vorbis, MP2, Windows Media Audio 2 and Musepack 8.",
        )
    return kind


def count(file: Path, played: Played) -> Played:
    """Play a file to its end and return it with the samples it holds. Raises SourceError: damaged, truncated."""
    _check_container(file, played.kind)
    samples = sum(len(block) for block in blocks(file, played))
    if played.stated_samples is not None and samples + _SLACK < played.stated_samples:
        rate_hz = played.source.sample_rate_hz
        reached = f"{samples / rate_hz:.2f} of {played.stated_samples / rate_hz:.2f} s"
        raise SourceError("truncated", f"{file.name} breaks off after {reached}. Fetch it again.")
    if samples == 0:
        raise SourceError("damaged", f"{file.name} holds no sound. Fetch it again.")
    return replace(played, source=replace(played.source, samples=samples))


def _check_container(file: Path, kind: Kind) -> None:
    look_through = {"ogg": complete.ogg_pages, "wav": complete.wave_chunks}.get(kind.demuxer)
    if look_through is None:
        return
    with file.open("rb") as stream:
        fault = look_through(stream, file.stat().st_size)
    if fault:
        raise SourceError(fault.kind, f"{file.name} {fault.text}. Fetch it again.")


def blocks(file: Path, played: Played) -> Iterator[Pcm]:
    """Yield the sound as it comes, of shape (samples, channels): int16, or int32 with values of 24 bits."""
    source, samples = played.source, 0
    with _opened(file, played.kind) as container:
        for frame in _frames(file, container, _stream(file, container)):
            if (frame.sample_rate, frame.layout.nb_channels) != (source.sample_rate_hz, source.channels):
                raise _damaged(file, samples / source.sample_rate_hz, "its rate or channels change")
            pcm = _whole_numbers(frame, source)
            samples += len(pcm)
            _check_length(file, replace(source, samples=samples))
            yield pcm


def _check_length(file: Path, so_far: Source) -> None:
    if so_far.duration_s > stated.LONGEST_S or so_far.pcm_bytes > stated.MOST_PCM_BYTES:
        raise stated.too_much(file)


def _opened(file: Path, kind: Kind) -> InputContainer:
    options = {"codec_whitelist": ",".join(DECODERS), "protocol_whitelist": "file"}
    try:
        return av.open(f"file:{file}", "r", format=kind.demuxer, options=options, metadata_errors="replace")
    except (av.FFmpegError, ValueError, MemoryError) as error:
        raise SourceError(
            "damaged", f"{file.name} begins as {kind.name} and cannot be read on. Fetch it again."
        ) from error


def _stream(file: Path, container: InputContainer) -> av.AudioStream:
    if not container.streams.audio:
        raise SourceError("not_audio", f"{file.name} holds no sound. Name a music file.")
    stream = container.streams.audio[0]
    # PyAV has none where FFmpeg knows no decoder, though its types do not say so.
    context = cast("av.AudioCodecContext | None", stream.codec_context)
    if context is None or context.name not in DECODERS:
        raise SourceError(
            "unsupported", f"{file.name} holds sound of a kind that is not read here. Convert it to FLAC."
        )
    context.options = {"err_detect": "crccheck+bitstream+buffer+explode"}
    context.thread_count = 1
    return stream


def _sound(file: Path, context: av.AudioCodecContext) -> Source:
    """Return the rate, bits and channels that a decoder announces. Raises SourceError where they are not read here."""
    # PyAV has no format where FFmpeg found none, though its types do not say so.
    form = cast("av.AudioFormat | None", context.format)
    if form is None:
        raise SourceError("damaged", f"{file.name} does not say what its samples are. Fetch it again.")
    source = Source(context.sample_rate or 0, 16 if form.name in NARROW else 24, context.layout.nb_channels, 0)
    if not 8000 <= source.sample_rate_hz <= stated.HIGHEST_HZ:
        raise SourceError(
            "unsupported",
            f"{file.name} runs at {source.sample_rate_hz} Hz; read are 8000 to {stated.HIGHEST_HZ} Hz.",
        )
    if not 1 <= source.channels <= 8:
        raise SourceError("unsupported", f"{file.name} has {source.channels} channels; read are 1 to 8.")
    return source


def _frames(file: Path, container: InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
    at_s = 0.0
    try:
        for frame in container.decode(stream):
            yield frame
            at_s += frame.samples / frame.sample_rate
    except (av.FFmpegError, MemoryError) as error:
        raise _damaged(file, at_s, "it cannot be read on") from error


def _whole_numbers(frame: av.AudioFrame, source: Source) -> Pcm:
    """FFmpeg hands 24 bits over at the top of 32, and lossy sound as floats."""
    array = frame.to_ndarray()
    samples: Pcm = array.T if frame.format.is_planar else array.reshape(-1, source.channels)
    if samples.dtype == np.uint8:
        samples = (samples.astype(np.int16) - 128) << 8
    elif samples.dtype == np.int32:
        samples = samples >> 8
    elif samples.dtype == np.int16 and source.bits > 16:
        # FFmpeg's MP2 decoder announces floats and gives integers.
        samples = samples.astype(np.int32) << 8
    elif samples.dtype.kind == "f":
        finite = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
        samples = np.clip(np.rint(finite * 2**23), -(2**23), 2**23 - 1).astype(np.int32)
    return samples


def _stated(file: Path, kind: Kind, stream: av.AudioStream) -> int | None:
    """Return the samples a header states; FFmpeg makes up a length where none does."""
    if kind.demuxer in ("ogg", "aac") or (kind.demuxer == "mp3" and not _has_info_frame(file)):
        return None
    if stream.duration is None or stream.time_base is None:
        return None
    return round(stream.duration * stream.time_base * (stream.codec_context.sample_rate or 0))


def _has_info_frame(file: Path) -> bool:
    with file.open("rb") as data:
        data.seek(identify.id3_bytes(data.read(10)))
        start = data.read(200)
    return b"Xing" in start or b"Info" in start


def _tags(found: dict[str, str]) -> dict[str, list[str]]:
    return {name.lower(): [text] for name, text in found.items()}


def _damaged(file: Path, at_s: float, what: str) -> SourceError:
    return SourceError("damaged", f"{file.name} is damaged at {at_s:.2f} s: {what}. Fetch it again.")
