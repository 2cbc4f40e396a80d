"""Files that go from the disk to a connection past Python, from a server of our own on a real socket."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn

from lathe.cli import zero_copy
from lathe.cli.heads import BoundedProtocol

LARGE = 9_000_000
"""More than any buffer between the two ends takes."""
BEFORE, AFTER = bytes(range(256)) * 2000, b"the end"


def open_files() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


class App:
    """Sends some bytes, a stretch of a file, and some more; `count` is what it says of the file."""

    def __init__(self, path: Path, stretch: slice, count: int | None = None) -> None:
        self._path, self._start = path, stretch.start
        self._size = stretch.stop - stretch.start
        self._count = self._size if count is None else count
        self.open_files: list[int] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert zero_copy.NAME in scope["extensions"]
        length = len(BEFORE) + self._size + len(AFTER)
        headers = [(b"content-length", str(length).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BEFORE, "more_body": True})
        before = open_files()
        with self._path.open("rb") as file:
            place = {"file": file.fileno(), "offset": self._start, "count": self._count}
            await send({"type": zero_copy.NAME, **place})
        self.open_files = [before, open_files()]
        await send({"type": "http.response.body", "body": AFTER})


@asynccontextmanager
async def port(app: App) -> AsyncIterator[int]:
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


async def bodies(app: App, requests: int = 1) -> list[bytes]:
    """Ask so often on one connection."""
    async with port(app) as number:
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        found = []
        try:
            for _ in range(requests):
                writer.write(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                found.append(await asyncio.wait_for(reader.readexactly(length), 60))
        finally:
            writer.close()
        return found


def run(kind: Literal["asyncio", "uvloop"], coroutine: Any) -> Any:
    uvloop = pytest.importorskip("uvloop") if kind == "uvloop" else asyncio
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    path.write_bytes(random.Random(1).randbytes(LARGE))
    return path


@pytest.mark.parametrize("kind", ["asyncio", "uvloop"])
def test_a_stretch_of_a_file_comes_between_what_was_written_before_and_after(
    kind: Literal["asyncio", "uvloop"], large: Path
) -> None:
    app, content = App(large, slice(1000, LARGE - 77)), large.read_bytes()
    assert run(kind, bodies(app, 2)) == [BEFORE + content[1000 : LARGE - 77] + AFTER] * 2
    assert app.open_files[0] == app.open_files[1]


def test_what_the_disk_has_to_bring_first_comes_too(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[int] = []
    real = zero_copy._fetch
    monkeypatch.setattr(zero_copy, "_is_at_hand", lambda file, offset, size: False)
    monkeypatch.setattr(zero_copy, "_fetch", lambda *where: fetched.append(where[1]) or real(*where))
    assert run("asyncio", bodies(App(large, slice(0, LARGE)))) == [BEFORE + large.read_bytes() + AFTER]
    assert fetched[0] == 0


def test_a_client_that_hangs_up_ends_it_and_leaves_no_file_open(large: Path) -> None:
    async def hung_up() -> int:
        async with port(App(large, slice(0, LARGE))) as number:
            before = open_files()
            reader, writer = await asyncio.open_connection("127.0.0.1", number)
            writer.write(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
            await reader.readexactly(100_000)
            writer.transport.abort()
            for _ in range(200):
                await asyncio.sleep(0.01)
                if open_files() <= before:
                    return 0
            return open_files() - before

    assert run("asyncio", hung_up()) == 0


@pytest.mark.parametrize("count", [LARGE + 1_000_000, 100])
def test_a_body_of_another_length_than_was_stated_is_broken_off(large: Path, count: int) -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        run("asyncio", bodies(App(large, slice(0, LARGE), count)))


def test_a_file_that_was_cut_short_breaks_the_connection(large: Path) -> None:
    with large.open("r+b") as file:
        file.truncate(LARGE // 2)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        run("asyncio", bodies(App(large, slice(0, LARGE))))
