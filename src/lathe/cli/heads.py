"""How much the head of a request may be, and how long it may take; uvicorn would take in any, for ever."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from lathe.cli import zero_copy

MOST_BYTES = 64 * 1024
"""All of a request that is not its body: lines, headers, the marks of chunks, trailers. Cookies and the longest of our
links are a tenth of it."""
SECONDS = 30.0
"""In which a head must have come, from the first byte or from the opening of the connection."""
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout"


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol that refuses heads which are too large (RFC 6585, 5) or too slow (RFC 9110, 15.5.9)."""

    _taken = 0
    _is_in_head = True
    _is_refused = False
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._be_patient()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._taken += len(data)
        super().data_received(data)
        if self._taken > MOST_BYTES:
            self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        if self._patience is None:
            self._be_patient()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._rest()
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MOST_BYTES:
            self._refuse(_TOO_LARGE)
            return
        self._is_in_head = False
        if hasattr(os, "sendfile") and hasattr(os, "RWF_NOWAIT"):
            self.scope["extensions"] = {zero_copy.NAME: {}}
        super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        super()._start_asgi_task(cycle, zero_copy.Sender(app, cycle))

    def on_body(self, body: bytes) -> None:
        self._taken -= len(body)
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._taken, self._is_in_head = 0, True
        if not self._is_refused:
            super().on_message_complete()

    def _be_patient(self) -> None:
        self._patience = self.loop.call_later(SECONDS, self._refuse, _TOO_SLOW)

    def _rest(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _refuse(self, status: bytes) -> None:
        """Answer and hang up; an answer that is under way is cut off without a word."""
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        under_way: RequestResponseCycle | None = self.cycle
        if self._is_in_head and (under_way is None or under_way.response_complete):
            self.transport.write(status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()
