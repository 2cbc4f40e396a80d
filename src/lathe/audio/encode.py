"""One track in this process: master in, body out. The pool makes the same bytes with many."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

from lathe.audio import ahead, convert, parts, plan, proof
from lathe.audio.binding import Binding
from lathe.audio.codecs import codec_of
from lathe.audio.division import Division
from lathe.audio.explain import Explain
from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.pcm import packed
from lathe.audio.source import Source

Heard = Callable[[int], None]


def encode_body(
    fmt: Format,
    path: Path | str,
    source: Source,
    progress: Heard | None = None,
    explain: Callable[[Explain], object] | None = None,
) -> Generator[bytes, None, BodyFacts]:
    """Yield the body of `fmt` from the master at `path`, piece by piece as it is made; return its facts.

    The bytes depend on master, format and build alone. `progress` is told how many samples of the master were read,
    `explain` at the end how the body was made. Raises SourceError where the master cannot be read, EncodeError where
    it is not the master that `source` describes.
    """
    settled, heard = plan.conform(fmt, source), progress or _unheard
    whole = parts.division(settled, source)
    if whole is None:
        facts = yield from _filled(single_pass(settled, path, source, heard))
        account = Explain()
    else:
        binding = Binding((settled, path, source), whole)
        yield from _bound(binding, (settled, path, source), whole, heard)
        facts, account = binding.facts(), Explain.of(whole, binding.joins)
    if explain:
        explain(account)
    return facts


def write_body(
    write: Callable[[bytes], object],
    fmt: Format,
    path: Path | str,
    source: Source,
    progress: Heard | None = None,
) -> BodyFacts:
    """Hand the pieces of `encode_body` to `write`, one by one; return the facts. Raises as it does."""
    pieces = encode_body(fmt, path, source, progress)
    while True:
        try:
            piece = next(pieces)
        except StopIteration as done:
            facts: BodyFacts = done.value
            return facts
        write(piece)


def _bound(binding: Binding, order: parts.Order, whole: Division, heard: Heard) -> Iterator[bytes]:
    """Yield a divided body: one part after the other."""
    fmt, _, source = order
    target = plan.output(fmt, source)
    for place in whole.stretches:
        blocks = parts.music(order, place, _from(place.start, source, target, heard))
        for record in parts.encode(order, whole, place, blocks):
            if data := binding.feed([record]) if record[1] else b"":
                yield data
        if data := binding.close_part():
            yield data


def _from(start: int, source: Source, target: Source, heard: Heard) -> Heard:
    """Return what tells how far into the master a part has come that began at `start` of the output."""
    return lambda samples: heard(convert.in_master(start + samples, source, target))


def single_pass(fmt: Format, path: Path | str, source: Source, heard: Heard) -> Generator[bytes, None, BodyFacts]:
    """Yield the body of a conformed format made by one encoder from end to end, as bodies are that do not divide.

    What comes may be empty: between any two blocks somebody else may have a turn.
    """
    codec, target = codec_of(fmt), plan.output(fmt, source)
    encoder = codec.encoder(fmt, source)
    heard_all = proof.MusicProof(Path(path), target.pcm_md5) if codec.lossless else None
    size, sha256, samples = 0, hashlib.sha256(), 0
    for block in ahead.read(convert.blocks(path, source, target, codec.floats, heard)):
        samples += len(block)
        if heard_all:
            heard_all.hear(packed(block, target.bits))
        data = encoder.feed(block)
        size += len(data)
        sha256.update(data)
        yield data
    parts.check_length(path, samples, target.samples)
    md5 = heard_all.finish() if heard_all else None
    data = encoder.finish()
    sha256.update(data)
    if data:
        yield data
    return replace(encoder.facts(size + len(data), sha256.hexdigest()), pcm_md5=md5)


def _filled(pieces: Generator[bytes, None, BodyFacts]) -> Generator[bytes, None, BodyFacts]:
    """Leave out the empty pieces."""
    while True:
        try:
            piece = next(pieces)
        except StopIteration as done:
            facts: BodyFacts = done.value
            return facts
        if piece:
            yield piece


def _unheard(samples: int) -> None:
    return None
