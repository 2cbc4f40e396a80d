"""Django's ASGI handler for downloads that last for hours: they keep no thread, and pieces are sent as they are.

What comes before the first byte happens in one thread from end to end: middleware, rights, links. Django would go to
the thread and come back for every middleware, twenty times a request, and each time wait for the interpreter's turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack, asynccontextmanager
from contextvars import ContextVar
from typing import IO, Any, cast

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase
from django.urls import set_script_prefix

from lathe.config.lifespan import Receive, Scope, Send
from lathe.config.request_threads import OneThread
from lathe.delivery.finished import Lying

ZERO_COPY = "http.response.zerocopysend"
"""ASGI's extension by which a server sends a file past us, where it offers that."""

AT_A_TIME = 2
"""Requests that are worked at in their threads."""
PATIENCE_S, STAY_S = 0.25, 0.25
"""How long another one waits for its turn, and for how long one in its thread counts."""

_thread: ContextVar[OneThread] = ContextVar("lathe_request_thread")
_copies_files: ContextVar[bool] = ContextVar("lathe_copies_files")


class Door:
    """Lets requests in one after the other: Python runs one thread at a time, and of eight that compete each takes
    three times as long and all end last. Who is held up inside, by a store or a lock, holds nobody up for long."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_A_TIME)

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Go in when there is room, or after PATIENCE_S. Who stays longer than STAY_S waits for something else than
        Python, and takes no room any more."""
        place = ExitStack()
        try:
            await asyncio.wait_for(self._room.acquire(), PATIENCE_S)
            place.callback(self._room.release)
        except TimeoutError:
            pass  # it goes in all the same
        stay = asyncio.get_running_loop().call_later(STAY_S, place.close)
        try:
            yield
        finally:
            stay.cancel()
            place.close()


def _close(made: list[HttpResponseBase]) -> None:
    """Let go of responses that are not sent."""
    for response in made:
        response.close()


class Handler(ASGIHandler):
    """Django would hold a thread for every response that is still being sent, a thousand for a thousand slow clients;
    and it would cut what a download yields into copies of 64 KiB, each with a turn of the event loop."""

    chunk_size = 1 << 20

    def __init__(self) -> None:
        super().__init__()
        self._door = Door()

    def load_middleware(self, is_async: bool = False) -> None:
        """Load the chain in its synchronous form, whatever is asked for."""
        super().load_middleware(is_async=False)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, unless the client hangs up before. Django's own would go to the thread three times."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        thread = OneThread()
        _thread.set(thread)
        _copies_files.set(ZERO_COPY in scope.get("extensions", {}))
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._while_wanted(self._answer(scope, body, send), receive)
        finally:
            thread.shutdown()
            body.close()

    async def _while_wanted(self, answer: Coroutine[Any, Any, None], receive: Receive) -> None:
        """See an answer to its end, or give it up when the client has gone."""
        answering, leaving = asyncio.create_task(answer), asyncio.ensure_future(receive())
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        for task in (answering, leaving):
            task.cancel()
        [ended, _] = await asyncio.gather(answering, leaving, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended

    async def _answer(self, scope: Scope, body: IO[bytes], send: Send) -> None:
        """Make a response, send it and let go of it; closing it waits for nothing, so that the event loop does it."""
        set_script_prefix(get_script_prefix(scope))
        request, refusal = self.create_request(scope, body)  # one of the two is there
        response = refusal or await self.run_get_response(cast(HttpRequest, request))
        try:
            await self.send_response(response, send)
        finally:
            response.close()

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Make a response in the request's thread, which goes then. Of one that nobody waits for any more, what it
        holds is let go."""
        made: list[HttpResponseBase] = []
        async with self._door.passed():
            try:
                await sync_to_async(self._make)(request, made)
            except asyncio.CancelledError:
                _thread.get().submit(_close, made)
                raise
        _thread.get().shutdown()
        return made[0]

    def _make(self, request: HttpRequest, made: list[HttpResponseBase]) -> None:
        """Make a response. The thread's database connection is looked at before and after, and kept if it is good."""
        signals.request_started.send(sender=self.__class__, scope=None)
        try:
            made.append(self.get_response(request))
        finally:
            close_old_connections()

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        """Send a response: what lies in a file past this process, where the server offers that."""
        lies = getattr(response, "lies", None)
        if lies is not None and _copies_files.get():
            await self._send_file(response, lies, send)
        else:
            await super().send_response(response, send)

    async def _send_file(self, response: HttpResponseBase, lies: Lying, send: Any) -> None:
        """Send what lies in a file on this node's disk past this process."""
        headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
        headers += [(b"Set-Cookie", one.OutputString().encode("ascii")) for one in response.cookies.values()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        with lies.path.open("rb", buffering=0) as file:
            await send({"type": "http.response.body", "body": lies.take_before(), "more_body": True})
            place = {"file": file.fileno(), "offset": lies.start, "count": lies.stop - lies.start}
            await send({"type": ZERO_COPY, **place})
            await send({"type": "http.response.body", "body": lies.after()})
