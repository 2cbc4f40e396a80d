"""What a worker is asked to encode: a part, a piece, or the whole of a body. Between any two blocks it can rest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from lathe.audio import encode, parts, pieces, wire
from lathe.audio.errors import EncodeError
from lathe.audio.facts import BodyFacts
from lathe.audio.output import Output

Steps: TypeAlias = Generator[None, None, dict[str, Any]]
"""Yields after each block; returns what is said of the finished order."""


def _whole(message: dict[str, Any], output: Output) -> Steps:
    """Encode a body in a single pass."""
    making = encode.single_pass(*_order(message), output.heard)
    while True:
        try:
            output.put(next(making))
        except StopIteration as done:
            facts: BodyFacts = done.value
            break
        yield
    output.flush()
    return {"facts": facts.to_dict()}


def _part(message: dict[str, Any], output: Output) -> Steps:
    """Encode one part of a body."""
    order = _order(message)
    whole = parts.division(order[0], order[2])
    if whole is None:
        raise EncodeError(f"{order[0]} of this master is not made in parts.")
    place = whole.stretches[message["part"]]
    for record in parts.encode(order, whole, place, parts.music(order, place, output.heard)):
        if record[0] == parts.MUSIC:
            output.gather(*parts.framed(record))
            continue
        output.put(*(parts.framed(record) if record[1] else ()))
        yield
    output.flush()
    return {"bytes": output.size, "samples": place.samples}


def _piece(message: dict[str, Any], output: Output) -> Steps:
    """Encode one piece of a body; the facts are of the piece."""
    sha256 = hashlib.sha256()
    for data in pieces.encode(_order(message), wire.piece_of(message), output.heard):
        sha256.update(data)
        output.put(data)
        yield
    output.flush()
    return {"facts": BodyFacts(output.size, sha256.hexdigest()).to_dict()}


def _order(message: dict[str, Any]) -> parts.Order:
    return wire.format_of(message), message["path"], wire.source_of(message)


ENCODES: dict[str, Callable[[dict[str, Any], Output], Steps]] = {"encode": _whole, "part": _part, "piece": _piece}
