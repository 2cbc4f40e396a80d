"""A response that is being sent holds no thread, and its pieces go out as the view gave them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from lathe.config import handling
from lathe.config.handling import AT_A_TIME, Handler
from lathe.config.request_threads import KEPT, THREADS, OneThread
from tests.waiting import eventually

MANY = 20
PIECE = bytes(300_000)
go_on = asyncio.Event()
let_go = threading.Event()


def sync_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(threading.current_thread().name)


def streaming_view(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_pieces())


async def _pieces() -> AsyncIterator[bytes]:
    yield PIECE
    await go_on.wait()
    yield b"end"


def held_up_view(request: HttpRequest) -> HttpResponse:
    let_go.wait(30)
    return HttpResponse("late")


def thread_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(threading.get_ident()))


urlpatterns = [
    path("thread", thread_view),
    path("sync", sync_view),
    path("stream", streaming_view),
    path("held-up", held_up_view),
]


@pytest.fixture
def handler(settings: LazySettings) -> Handler:
    settings.ROOT_URLCONF, settings.MIDDLEWARE, settings.ALLOWED_HOSTS = __name__, [], ["shop"]
    return Handler()


async def ask(handler: Handler, place: str, sent: list[dict[str, Any]], gone: asyncio.Event | None = None) -> None:
    """Be the server for one request; what is sent goes to `sent`. The client hangs up when it is `gone`."""
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not asked:
            await (gone or asyncio.Event()).wait()
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": place, "headers": [(b"host", b"shop")], "query_string": b""}
    await handler({**scope, "client": ("127.0.0.1", 1), "server": ("shop", 80)}, receive, send)


def bodies(sent: list[dict[str, Any]]) -> list[bytes]:
    return [message["body"] for message in sent if message.get("body")]


def request_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("lathe-request")]


def test_many_responses_under_way_hold_no_thread(handler: Handler) -> None:
    async def crowd() -> list[list[dict[str, Any]]]:
        go_on.clear()
        sent: list[list[dict[str, Any]]] = [[] for _ in range(MANY)]
        asking = [asyncio.create_task(ask(handler, "/stream", one)) for one in sent]
        while not all(bodies(one) for one in sent) or len(request_threads()) > KEPT:  # noqa: ASYNC110 - threads end unheard
            await asyncio.sleep(0.01)
        go_on.set()
        await asyncio.gather(*asking)
        return sent

    for sent in asyncio.run(asyncio.wait_for(crowd(), 60)):
        assert bodies(sent) == [PIECE, b"end"]


def test_requests_that_are_held_up_inside_hold_up_no_other_for_long(handler: Handler) -> None:
    async def crowd() -> list[bytes]:
        let_go.clear()
        late: list[list[dict[str, Any]]] = [[] for _ in range(2 * AT_A_TIME)]
        waiting = [asyncio.create_task(ask(handler, "/held-up", sent)) for sent in late]
        await asyncio.sleep(0.05)
        quick: list[dict[str, Any]] = []
        await ask(handler, "/sync", quick)
        assert not any(task.done() for task in waiting)
        let_go.set()
        await asyncio.gather(*waiting)
        assert quick
        return [bodies(sent)[0] for sent in late]

    assert asyncio.run(asyncio.wait_for(crowd(), 60)) == [b"late"] * 2 * AT_A_TIME


def test_who_stays_inside_for_long_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "PATIENCE_S", 1000)
    monkeypatch.setattr(handling, "STAY_S", 0.02)

    async def crowd() -> list[int]:
        door, passed, end = handling.Door(), list[int](), asyncio.Event()

        async def stay(number: int) -> None:
            async with door.passed():
                passed.append(number)
                await end.wait()

        staying = [asyncio.create_task(stay(number)) for number in range(3 * AT_A_TIME)]
        while len(passed) < len(staying):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)
        end.set()
        await asyncio.gather(*staying)
        async with door.passed(), door.passed():
            return passed

    assert asyncio.run(asyncio.wait_for(crowd(), 60)) == list(range(3 * AT_A_TIME))


class Closed:
    """Content of which somebody has to be told that it is not wanted."""

    was_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b""

    def close(self) -> None:
        Closed.was_closed = True


def test_what_is_made_for_a_client_that_has_gone_is_let_go(handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(request: HttpRequest) -> StreamingHttpResponse:
        let_go.wait(30)
        return StreamingHttpResponse(Closed())

    async def gone() -> None:
        let_go.clear()
        monkeypatch.setattr(handler, "get_response", late)
        hung_up = asyncio.Event()
        asking = asyncio.create_task(ask(handler, "/sync", [], hung_up))
        await asyncio.sleep(0.1)
        hung_up.set()
        await asyncio.sleep(0.1)
        let_go.set()
        await asking

    asyncio.run(asyncio.wait_for(gone(), 60))
    end = time.monotonic() + 30
    while not Closed.was_closed and time.monotonic() < end:
        time.sleep(0.01)
    assert Closed.was_closed


def test_what_is_synchronous_has_a_thread_of_its_own(handler: Handler) -> None:
    sent: list[dict[str, Any]] = []
    asyncio.run(ask(handler, "/sync", sent))
    assert bodies(sent)[0].startswith(b"lathe-request")


def test_a_thread_that_was_let_go_comes_again() -> None:
    one = OneThread()
    assert one.submit(threading.get_ident).result() != threading.get_ident()
    one.shutdown(wait=True)
    assert one.submit(lambda: 7).result() == 7
    one.shutdown(wait=True)
    one.shutdown()


def test_the_next_request_has_the_thread_of_the_last(handler: Handler) -> None:
    first, second = list[dict[str, Any]](), list[dict[str, Any]]()

    async def one_by_one() -> None:
        await ask(handler, "/thread", first)
        await ask(handler, "/thread", second)

    asyncio.run(one_by_one())
    assert bodies(first) == bodies(second) != []


def test_no_request_waits_in_the_thread_of_another_that_was_given_up(handler: Handler) -> None:
    async def impatient() -> list[dict[str, Any]]:
        let_go.clear()
        hung_up, sent = asyncio.Event(), list[dict[str, Any]]()
        held_up = asyncio.create_task(ask(handler, "/held-up", [], hung_up))
        await asyncio.sleep(0.1)
        hung_up.set()
        await asyncio.sleep(0.1)
        await asyncio.wait_for(ask(handler, "/sync", sent), 10)
        let_go.set()
        await held_up
        return sent

    try:
        assert bodies(asyncio.run(asyncio.wait_for(impatient(), 60)))
    finally:
        let_go.set()


def test_no_more_threads_stay_than_are_kept_and_none_once_the_process_ends() -> None:
    many = [OneThread() for _ in range(KEPT + 3)]
    assert len({one.submit(threading.get_ident).result() for one in many}) == len(many)
    for one in many:
        one.shutdown(wait=True)
    eventually(lambda: len(request_threads()) == KEPT)
    THREADS.close()
    assert not request_threads()


def test_a_client_that_hangs_up_while_it_is_sent_to_ends_the_response(handler: Handler) -> None:
    ended = threading.Event()

    class Endless(Closed):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield PIECE
            await asyncio.Event().wait()

        def close(self) -> None:
            ended.set()

    async def hang_up() -> None:
        sent, hung_up = list[dict[str, Any]](), asyncio.Event()
        handler.get_response = lambda request: StreamingHttpResponse(Endless())  # type: ignore[method-assign]
        asking = asyncio.create_task(ask(handler, "/stream", sent, hung_up))
        while not bodies(sent):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        hung_up.set()
        await asking

    asyncio.run(asyncio.wait_for(hang_up(), 60))
    assert ended.is_set()


def test_what_breaks_while_it_is_sent_breaks_the_connection(handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield PIECE
        raise ValueError("broken")

    monkeypatch.setattr(handler, "get_response", lambda request: StreamingHttpResponse(broken()))
    with pytest.raises(ValueError, match="broken"):
        asyncio.run(asyncio.wait_for(ask(handler, "/stream", []), 60))
