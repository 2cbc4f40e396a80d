"""Proves that a finished file is what was promised: FFmpeg, which knows nothing of how it was made, decodes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer

from lathe.audio import convert, plan
from lathe.audio.codecs import codec_of
from lathe.audio.errors import ProofError
from lathe.audio.order import Format
from lathe.audio.pcm import FLOAT_BITS, Pcm, packed
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags, clean

_UNHEARD_SAMPLES = {"aac": 512, "alac": 1}
"""Tracks of which FFmpeg makes nothing: it drops an edit of an m4a that is shorter than half a packet."""
_UNTRIMMED = ("musepack",)
"""Gapless codecs of which FFmpeg does not cut off the silence; their own programs do."""
_MOST_AROUND_SAMPLES = 8192
"""Silence beyond this around the music would be a fault in any format."""


@dataclass(frozen=True)
class Promise:
    """What a file has to be: a conformed order of a master, with the tags and the cover it was given."""

    fmt: Format
    master: Path
    source: Source
    tags: Tags
    cover: Picture | None


@dataclass(frozen=True)
class Heard:
    """What a file decodes to: samples a channel, and the MD5 over them as they lie in the target's bits."""

    samples: int
    md5: str


def prove(file: Path, promise: Promise) -> list[str]:
    """Decode the whole file and return what that proved, a sentence each.

    Raises ProofError where the file is not what was promised, SourceError where the master cannot be read.
    """
    target = plan.output(promise.fmt, promise.source)
    try:
        with av.open(str(file)) as container:
            said = [_head(container, target), _words(container, promise)]
            heard = _decoded(container, target.bits)
    except (av.FFmpegError, ValueError) as error:
        raise ProofError(f"{file.name} cannot be decoded: {error}. Cut it again, and report it.") from error
    if target.samples <= _UNHEARD_SAMPLES.get(promise.fmt.codec, 0):
        return [*said, f"Its music was not proved: FFmpeg does not hear an m4a of {target.samples} samples."]
    same = _bit_for_bit if codec_of(promise.fmt).lossless else _as_long
    return [*said, same(heard, target, promise)]


def _head(container: InputContainer, target: Source) -> str:
    if not container.streams.audio:
        raise ProofError("The file holds no sound. Cut it again, and report it.")
    context = container.streams.audio[0].codec_context
    found, due = (context.sample_rate, context.channels), (target.sample_rate_hz, target.channels)
    if found != due:
        raise ProofError(f"The file states {_pair(*found)} where {_pair(*due)} were due. Cut it again, and report it.")
    return f"Its head reads back: {container.format.name}, {context.name}, {_pair(*found)}."


def _pair(rate_hz: int, channels: int) -> str:
    return f"{rate_hz} Hz and {channels} channel{'s' if channels > 1 else ''}"


def _words(container: InputContainer, promise: Promise) -> str:
    """Compare title, album and whether there is a cover; every tag of every container is compared in the tests."""
    stated = {**container.metadata, **container.streams.audio[0].metadata}
    words = {name.lower(): text for name, text in stated.items()}
    for name, due in (("title", promise.tags.title), ("album", promise.tags.album)):
        if words.get(name, "") != clean(due):
            raise ProofError(f"The file's {name} reads {words.get(name, '')!r}, not {due!r}. Report it.")
    if bool(container.streams.video) != bool(promise.cover):
        raise ProofError("The file's cover does not read back. Report it.")
    return f"Its tags read back: {promise.tags.title!r}, {'with' if promise.cover else 'without'} a cover."


def _decoded(container: InputContainer, bits: int) -> Heard:
    digest, samples = hashlib.md5(usedforsecurity=False), 0
    for block in _blocks(container, bits):
        samples += len(block)
        digest.update(packed(block, bits))
    return Heard(samples, digest.hexdigest())


def _blocks(container: InputContainer, bits: int) -> Iterator[Pcm]:
    """Yield what the file decodes to. Planes are laid side by side by FFmpeg, for PyAV miscounts eight of them."""
    stream = container.streams.audio[0]
    flat = None
    for frame in container.decode(stream):
        if frame.format.is_planar:
            flat = flat or av.AudioResampler(frame.format.packed.name, frame.layout, frame.sample_rate)
            frame = flat.resample(frame)[0]  # noqa: PLW2901
        yield _in_bits(frame.to_ndarray().reshape(-1, frame.layout.nb_channels), bits)


def _in_bits(block: Pcm, bits: int) -> Pcm:
    """FFmpeg hands 24 bits over at the top of 32. Lossy codecs give floats, of which only the number counts."""
    if block.dtype.kind == "f" and bits != FLOAT_BITS:
        whole: Pcm = (block * 2 ** (bits - 1)).astype("int32")
        return whole
    low: Pcm = block >> 8 if bits == 24 else block
    return low


def _bit_for_bit(heard: Heard, target: Source, promise: Promise) -> str:
    due = target.pcm_md5 or _converted_md5(promise, target)
    if (heard.samples, heard.md5) != (target.samples, due):
        raise ProofError(
            f"The file decodes to {heard.samples} samples with MD5 {heard.md5} where {target.samples} with {due} were "
            "due. Cut it again, and report it."
        )
    whose = "the master" if target.pcm_md5 else f"the master converted to {_depth(target)}"
    return f"Its {heard.samples} samples are those of {whose}, bit for bit: MD5 {heard.md5}."


def _converted_md5(promise: Promise, target: Source) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for block in convert.blocks(promise.master, promise.source, target, False, _unheard):
        digest.update(packed(block, target.bits))
    return digest.hexdigest()


def _unheard(samples: int) -> None:
    return None


def _depth(target: Source) -> str:
    return f"{'32-bit floats' if target.bits == FLOAT_BITS else f'{target.bits} bits'} at {target.sample_rate_hz} Hz"


def _as_long(heard: Heard, target: Source, promise: Promise) -> str:
    around, codec = heard.samples - target.samples, codec_of(promise.fmt)
    exact = codec.gapless and codec.name not in _UNTRIMMED
    if around and (exact or not 0 < around < _MOST_AROUND_SAMPLES):
        raise ProofError(
            f"The file decodes to {heard.samples} samples where {target.samples} were due. Cut it again, and report it."
        )
    if around:
        return f"It decodes to the {target.samples} samples of the music and {around} of silence around it."
    return f"It decodes to exactly {heard.samples} samples, as many as the master has at {target.sample_rate_hz} Hz."
