"""What a codec is: capabilities as data, and the few questions every codec answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from lathe.audio.facts import BodyFacts
from lathe.audio.order import Format
from lathe.audio.pcm import Pcm
from lathe.audio.source import Source
from lathe.audio.tags import Picture, Tags

DeliveryClass = Literal["A", "B", "C"]
"""A: head and length known before the encode; B: head known, length not; C: the head needs the whole body."""


@dataclass(frozen=True)
class Option:
    """One setting of a codec, described well enough to build a form from.

    `steps` and `choice` list their `values`; a `range` runs from `minimum` to `maximum` by `step`. `default` None
    means that the order must say (where `required`) or that the master decides. `modes` names the ways of working the
    option belongs to: options whose modes differ exclude one another, and a codec that has modes needs one option of
    some mode; () fits every mode.
    """

    name: str
    kind: Literal["steps", "range", "choice"]
    sentence: str
    values: tuple[int | str, ...] = ()
    minimum: int = 0
    maximum: int = 0
    step: int = 1
    default: int | str | None = None
    unit: str = ""
    required: bool = False
    modes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def allows(self, value: int | str) -> bool:
        """Tell whether `value` is among the steps and choices, or within the range and on one of its steps."""
        if self.kind != "range":
            return value in self.values
        return (
            isinstance(value, int) and self.minimum <= value <= self.maximum and (value - self.minimum) % self.step == 0
        )

    def allowed(self) -> str:
        """Say what is allowed, for people: `0 to 9`, or `32, 40 or 48`."""
        if self.kind == "range":
            return f"{self.minimum} to {self.maximum}"
        texts = [str(value) for value in self.values]
        return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class BodySize:
    """Size of a body in bytes before it is made.

    Where `exact`, both figures are the size; else the ceiling is never exceeded.
    """

    exact: bool
    ceiling_bytes: int
    estimate_bytes: int


class Encoder(Protocol):
    """Turns PCM blocks, in order, into the bytes of one body. Made by `Codec.encoder`; used once."""

    def feed(self, block: Pcm) -> bytes:
        """Take a block of shape (samples, channels); return the bytes that are ready, perhaps none."""

    def finish(self) -> bytes:
        """Return the remaining bytes."""

    def facts(self, size_bytes: int, sha256: str) -> BodyFacts:
        """Return the facts of the finished body."""


class Stitcher(Protocol):
    """Changes a stored body into the one that follows a given head, byte for byte of the same length."""

    def feed(self, chunk: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


BodyReader = Callable[[int, int], bytes]
"""Reads bytes [start, stop) of a finished body."""


class Codec(Protocol):
    """A way of encoding. Every question takes a format of this codec; all but `label` need it conformed to the source.

    `sentence` says to people what the codec is for. `trials` are the formats that stand for it in the build's
    identity. `floats` tells that the encoder wants 32-bit floats within about ±1 instead of integers of the output's
    bits. `gapless` tells that players hear the samples of the music alone; elsewhere the format has no way to say where
    it begins and ends within the frames. `for_old_players` tells that nothing but an old player is a reason to take it.
    `program` encodes, where no library does; the codec is offered where it is installed.
    """

    name: str
    title: str
    extension: str
    media_type: str
    lossless: bool
    floats: bool
    gapless: bool
    for_old_players: bool
    program: str
    options: tuple[Option, ...]
    sentence: str
    trials: tuple[str, ...]

    def conform(self, fmt: Format, source: Source) -> Format: ...

    def output(self, fmt: Format, source: Source) -> Source: ...

    def label(self, fmt: Format, source: Source | None) -> str: ...

    def delivery_class(self, fmt: Format, source: Source) -> DeliveryClass: ...

    def body_size(self, fmt: Format, source: Source) -> BodySize: ...

    def bitrate_bps(self, fmt: Format, source: Source) -> int: ...

    def encoder(self, fmt: Format, source: Source) -> Encoder: ...

    def head(
        self, fmt: Format, source: Source, tags: Tags, cover: Picture | None, facts: BodyFacts | None
    ) -> bytes: ...

    def tail(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None) -> bytes: ...

    def stitcher(self, head: bytes) -> Stitcher: ...

    def stitched_range(self, head: bytes, body: BodyReader, start: int, stop: int) -> bytes: ...


class WholeBody:
    """The common case: gapless, as good today as ever, encoded by a library; nothing follows the body, and its bytes
    stay as they are behind any head.
    """

    gapless = True
    for_old_players = False
    program = ""

    def tail(self, fmt: Format, source: Source, tags: Tags, cover: Picture | None) -> bytes:
        """Return no bytes."""
        return b""

    def stitcher(self, head: bytes) -> Stitcher:
        """Return a stitcher that changes nothing."""
        return Unchanged()

    def stitched_range(self, head: bytes, body: BodyReader, start: int, stop: int) -> bytes:
        """Return bytes [start, stop) of the body."""
        return body(start, stop)


class Unchanged:
    """A stitcher that changes nothing."""

    def feed(self, chunk: bytes) -> bytes:
        """Return the chunk."""
        return chunk

    def finish(self) -> bytes:
        """Return no bytes."""
        return b""
