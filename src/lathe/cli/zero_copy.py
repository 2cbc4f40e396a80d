"""Files that go from the disk to a connection without passing through Python: ASGI's extension "Zero Copy Send" for
uvicorn, whose own answer to a megabyte is to copy it three times.

    https://asgi.readthedocs.io/en/latest/extensions.html#zero-copy-send
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

NAME = "http.response.zerocopysend"
AT_ONCE_BYTES = 1 << 20
"""What is asked of the system in one call: others have their turn of the event loop in between."""


class Sender:
    """An ASGI application that may send messages of the extension on the connection of one request."""

    def __init__(self, application: Any, cycle: RequestResponseCycle) -> None:
        self._application, self._cycle = application, cycle

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == NAME:
                await self._send_file(message["file"], message["offset"], message["count"])
            else:
                await send(message)

        await self._application(scope, receive, sent)

    async def _send_file(self, file: int, offset: int, count: int) -> None:
        """Send bytes of an open file as a part of a body of stated length; an empty message of the body has to follow.

        Returns when the system has taken them, or the client has gone.
        """
        cycle = self._cycle
        if cycle.disconnected:
            return
        if cycle.chunked_encoding is not False or count > cycle.expected_content_length:
            raise RuntimeError("A file is sent as a part of a body whose length is stated, and no further.")
        await _drained(cycle)
        cycle.expected_content_length -= count
        # The event loop keeps the connection's own descriptor to itself.
        line = os.dup(cycle.transport.get_extra_info("socket").fileno())
        try:
            await _pour(line, file, offset, count)
        except ConnectionError:
            cycle.transport.abort()
        finally:
            os.close(line)


async def _drained(cycle: RequestResponseCycle) -> None:
    """Wait until what was written before has left."""
    cycle.transport.set_write_buffer_limits(high=0)
    try:
        while cycle.transport.get_write_buffer_size() and not cycle.disconnected:
            await cycle.flow.drain()
    finally:
        cycle.transport.set_write_buffer_limits()


async def _pour(line: int, file: int, offset: int, count: int) -> None:
    """Let the system copy the bytes. Raises ConnectionError where the client has gone."""
    end = offset + count
    while offset < end:
        size = min(AT_ONCE_BYTES, end - offset)
        if not _is_at_hand(file, offset, size):
            await asyncio.to_thread(_fetch, file, offset, size)
        try:
            sent = os.sendfile(line, file, offset, size)
        except BlockingIOError:
            await _writable(line)
            continue
        if not sent:
            raise ConnectionError("The file is shorter than was stated.")
        offset += sent
        await asyncio.sleep(0)


def _is_at_hand(file: int, offset: int, size: int) -> bool:
    """Whether the last byte of a stretch is in the system's memory, as far as it tells; the event loop does not wait
    for a disk."""
    try:
        return os.preadv(file, [bytearray(1)], offset + size - 1, os.RWF_NOWAIT) > 0
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system that does not know the question


def _fetch(file: int, offset: int, size: int) -> None:
    """Read a stretch, so that it is in the system's memory."""
    os.pread(file, size, offset)


async def _writable(line: int) -> None:
    """Wait until the system takes more."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_writer(line, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_writer(line)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
