"""What a request may carry."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from lathe.config.bodies import MOST_BYTES, Bounded
from lathe.config.lifespan import Receive, Scope, Send

PIECE = b"x" * 65_536


class Kept:
    """An application that keeps a body as Django does: to its end, or until the client is gone."""

    def __init__(self) -> None:
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_more = True
        while is_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.size += len(message["body"])
            is_more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def answered(size: int, *, is_stated: bool) -> tuple[int, int, int]:
    """POST a body: the status, how much of it was asked for, and how much the application kept."""
    application, sent, asked = Kept(), [], 0

    async def receive() -> Mapping[str, Any]:
        nonlocal asked
        piece = PIECE[: size - asked]
        asked += len(piece)
        return {"type": "http.request", "body": piece, "more_body": asked < size}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-length", str(size).encode())] if is_stated else [(b"transfer-encoding", b"chunked")]
    asyncio.run(Bounded(application)({"type": "http", "headers": headers}, receive, send))
    [status] = [message["status"] for message in sent if message["type"] == "http.response.start"]
    return status, asked, application.size


def test_a_body_that_states_too_great_a_length_is_refused_unread() -> None:
    assert answered(MOST_BYTES + 1, is_stated=True) == (413, 0, 0)


def test_a_body_of_unstated_length_is_refused_where_it_passes_the_bound() -> None:
    status, asked, kept = answered(100 * MOST_BYTES, is_stated=False)

    assert status == 413
    assert kept <= MOST_BYTES
    assert asked <= MOST_BYTES + len(PIECE)


def test_a_body_within_the_bound_passes_whole() -> None:
    assert answered(MOST_BYTES, is_stated=True) == (200, MOST_BYTES, MOST_BYTES)
    assert answered(MOST_BYTES, is_stated=False) == (200, MOST_BYTES, MOST_BYTES)
