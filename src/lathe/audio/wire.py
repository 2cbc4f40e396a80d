"""Messages between a pool and its workers: one JSON object a line over a socket pair."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, astuple
from typing import Any

from lathe.audio.division import Join
from lathe.audio.facts import Mark
from lathe.audio.order import Format
from lathe.audio.pieces import Piece
from lathe.audio.source import Source

READ_BYTES = 65536


def order(number: int, do: str, what: tuple[Format, str, Source], **more: Any) -> dict[str, Any]:
    """Return the message that asks a worker to do something for the job of that number."""
    fmt, path, source = what
    return {
        "do": do,
        "job": number,
        "codec": fmt.codec,
        "options": [list(pair) for pair in fmt.options],
        "path": path,
        "source": list(astuple(source)),
        **more,
    }


def format_of(message: dict[str, Any]) -> Format:
    """Return the format in an `order`."""
    return Format(message["codec"], tuple((name, value) for name, value in message["options"]))


def source_of(message: dict[str, Any]) -> Source:
    """Return the source in an `order`."""
    return Source(*message["source"])


def piece(found: Piece) -> dict[str, Any]:
    """Return a piece as it goes into an `order`."""
    return asdict(found)


def piece_of(message: dict[str, Any]) -> Piece:
    """Return the piece in an `order`."""
    found = message["piece"]
    return Piece(found["start"], found["stop"], Mark(**found["mark"]) if found["mark"] else None)


def joins_of(values: list[dict[str, Any]]) -> list[Join]:
    """Return the joins that a lead reports."""
    return [Join(**value) for value in values]


def send(end: socket.socket, message: dict[str, Any]) -> None:
    """Send one message whole. Raises OSError where the other end is gone."""
    end.sendall(json.dumps(message).encode() + b"\n")


class Lines:
    """Puts received bytes together into messages."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, data: bytes) -> list[dict[str, Any]]:
        """Return the messages completed by `data`."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in whole]
