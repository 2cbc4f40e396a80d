"""What lives as long as the web process: the node's encoder pool, and a thread that runs due jobs."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lathe.config import request_threads
from lathe.delivery import cutting
from lathe.jobs import runner

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

GRACE_S = 4.0
"""What a job under way has to end when the web process does: its downloads had their time before."""
THREADS = 64
"""For pieces of files and looks at stores that are under way at a time. They wait more than they work, and a store that
is slow must not stop what comes from another."""

log = logging.getLogger("lathe.config")


class Lifespan:
    """Wraps an ASGI application: answers the lifespan protocol itself and passes everything else on."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._stop = threading.Event()
        self._jobs: threading.Thread | None = None
        self._anchor: BaseDatabaseWrapper | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._application(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "lathe-file"))
                try:
                    await asyncio.to_thread(self.start)
                except Exception as failure:
                    log.exception("The encoders did not start")
                    await send({"type": "lifespan.startup.failed", "message": str(failure)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await asyncio.to_thread(self.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def start(self) -> None:
        """Start the encoders and, unless workers of their own do them all, the thread that runs jobs."""
        cutting.start()
        self._anchor = _anchor()
        self._stop.clear()
        if settings.LATHE_JOBS_IN_WEB:
            self._jobs = threading.Thread(target=self._work, name="jobs", daemon=True)
            self._jobs.start()

    def _work(self) -> None:
        runner.work_until(self._stop, slots=settings.LATHE_JOBS_IN_WEB, grace_s=GRACE_S)

    def stop(self) -> None:
        """End them. A job that does not end within the grace is given back, and done again."""
        self._stop.set()
        if self._jobs:
            self._jobs.join(timeout=GRACE_S + 1)
        cutting.stop()
        request_threads.THREADS.close()
        if self._anchor:
            self._anchor.close()


def _anchor() -> BaseDatabaseWrapper | None:
    """A connection that stays open where the database is SQLite, which else puts its log away, and waits for the disk,
    whenever a request gives the last one back."""
    connection = connections.create_connection("default")
    if connection.vendor != "sqlite":
        return None
    connection.inc_thread_sharing()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master")
    return connection
