"""How much a request may carry. Django writes a body to the disk, whatever its size, before anybody looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lathe.config.lifespan import Application, Receive, Scope, Send

MOST_BYTES = 1 << 20
"""Four times the largest form that Django reads (`DATA_UPLOAD_MAX_MEMORY_SIZE`). Nobody uploads anything here."""
_REFUSAL = b"A request carries at most 1 MiB. Nothing of this one was kept.\n"


class Bounded:
    """Wraps an ASGI application: answers 413 to a request that is larger, and reads no more of it."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
        elif _stated(scope) > MOST_BYTES:
            await _refuse(send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a body whose length is not stated until it is too long; the application then takes the client for
        gone."""
        taken, is_answered = 0, False

        async def count() -> Mapping[str, Any]:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= MOST_BYTES else {"type": "http.disconnect"}

        async def note(message: Mapping[str, Any]) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        await self._application(scope, count, note)
        if taken > MOST_BYTES and not is_answered:
            await _refuse(send)


def _stated(scope: Scope) -> int:
    """The length that the request states; 0 where it states none that can be read, which is then counted."""
    text = dict(scope["headers"]).get(b"content-length", b"0")
    return int(text) if text.isdigit() and len(text) < 20 else 0


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _REFUSAL})
