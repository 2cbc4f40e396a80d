"""Threads for what requests do synchronously. A few stay between two requests, each with its database connection: to
start the one and to open the other takes longer than most of what a request asks for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")

KEPT = 4
"""Threads that stay. Twice as many as are worked in at a time: others wait in theirs for a store or a lock."""


class Threads:
    """The threads that wait for a request. One takes a thread for itself and gives it back with nothing left to do."""

    def __init__(self) -> None:
        self._idle: list[ThreadPoolExecutor] = []

    def take(self) -> ThreadPoolExecutor:
        """The thread that was given back last, else a new one."""
        try:
            return self._idle.pop()
        except IndexError:
            return ThreadPoolExecutor(1, "lathe-request")

    def give_back(self, thread: ThreadPoolExecutor) -> None:
        """Keep a thread, or let it end where enough are kept."""
        if len(self._idle) < KEPT:
            self._idle.append(thread)
        else:
            _end(thread)

    def close(self) -> None:
        """End those that wait for a request, and give their connections back before this returns."""
        while self._idle:
            _end(self._idle.pop(), wait=True)


def _end(thread: ThreadPoolExecutor, *, wait: bool = False) -> None:
    thread.submit(connections.close_all)
    thread.shutdown(wait=wait)


THREADS = Threads()
"""Those of this process."""


class OneThread(Executor):
    """The one thread for what a request does synchronously; it can be let go, and another comes when it is needed.

    All is asked of it from the event loop.
    """

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._last: Future[Any] = Future()

    def submit(self, function: Callable[P, R], /, *arguments: P.args, **named: P.kwargs) -> Future[R]:
        if self._thread is None:
            self._thread = THREADS.take()
        asked = self._thread.submit(function, *arguments, **named)
        self._last = asked
        return asked

    def shutdown(self, wait: bool = False, *, cancel_futures: bool = False) -> None:
        """Let the thread go, once it has done what it is at. What it was asked to do is done in any case."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        # One that was cancelled is over before the thread has come to it.
        last = thread.submit(_nothing) if self._last.cancelled() or not self._last.done() else self._last
        last.add_done_callback(lambda _: THREADS.give_back(thread))
        if wait:
            futures.wait([last])


def _nothing() -> None:
    """What a thread does last."""
