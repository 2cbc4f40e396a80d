"""Heads of requests that are too large or too slow, against a server of our own on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from lathe.cli import heads
from lathe.cli.heads import MOST_BYTES, BoundedProtocol


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with the length of the body."""
    length, message = 0, {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        length += len(message.get("body", b""))
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(str(length)))]}
    )
    await send({"type": "http.response.body", "body": str(length).encode()})


@asynccontextmanager
async def port() -> AsyncIterator[int]:
    config = uvicorn.Config(app, http=BoundedProtocol, lifespan="off", log_level="critical", port=0, ws="none")
    server = uvicorn.Server(config)
    with config.bind_socket() as listener:
        listener.listen()
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


async def said(number: int, *pieces: bytes) -> bytes:
    """Send pieces and return all that comes back until the server hangs up or a minute has passed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", number)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 60)
    except ConnectionError:
        return b"hung up"
    finally:
        writer.close()


def ask(*pieces: bytes) -> bytes:
    async def run() -> bytes:
        async with port() as number:
            return await said(number, *pieces)

    return asyncio.run(run())


LAST = b"Connection: close\r\n\r\n"


def test_an_ordinary_request_with_many_cookies_and_a_large_body_is_answered() -> None:
    cookies = b"Cookie: " + b"a" * 30_000 + b"\r\n"
    body = b"x" * 900_000
    answer = ask(b"POST / HTTP/1.1\r\nHost: a\r\n" + cookies + b"Content-Length: 900000\r\n" + LAST + body)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"900000")


def test_a_body_in_chunks_is_not_counted_as_a_head() -> None:
    chunks = b"".join(b"8000\r\n" + b"x" * 0x8000 + b"\r\n" for _ in range(20)) + b"0\r\n\r\n"
    answer = ask(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + LAST, chunks)
    assert answer.endswith(str(20 * 0x8000).encode())


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"a" * MOST_BYTES + b"\r\n" + LAST,
        b"GET /" + b"a" * MOST_BYTES + b" HTTP/1.1\r\nHost: a\r\n" + LAST,
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * MOST_BYTES + LAST,
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Never-Ends: " + b"a" * (MOST_BYTES + 1),
    ],
)
def test_a_head_that_is_too_large_is_refused(head: bytes) -> None:
    assert ask(head).startswith((b"HTTP/1.1 431 ", b"hung up"))


def test_trailers_without_end_are_cut_off() -> None:
    trailers = [b"1\r\nx\r\n0\r\n", *[b"T: " + b"a" * 8000 + b"\r\n" for _ in range(12)]]
    assert b"200" not in ask(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + LAST, *trailers)


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_head_that_does_not_come_to_its_end_is_not_waited_for(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "SECONDS", 0.2)
    assert ask(begun).startswith((b"HTTP/1.1 408 ", b"hung up"))


def test_a_second_request_on_a_connection_has_a_patience_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "SECONDS", 0.2)
    answer = ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\nHo")
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"HTTP/1.1 408 " in answer
