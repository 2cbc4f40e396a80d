"""A loopback proxy that forwards to a server, and fails as it is told to."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

Fault = Literal["500", "half", "hang", "lost", "drop", "slow"]
"""`500`: the server is not asked. `half`: the answer breaks off in its middle. `hang`: no answer comes. `lost`: the
server does it, and its answer does not arrive. `drop`: the connection breaks at once. `slow`: the answer is right, and
SLOW_S late."""
SLOW_S = 0.7
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"})


@dataclass
class Plan:
    """Which requests fail, and how: by method and a word in their address; `times` of them, or all."""

    fault: Fault
    methods: str = "GET HEAD PUT POST DELETE"
    word: str = ""
    times: int | None = None
    seen: int = 0

    def takes(self, method: str, path: str) -> bool:
        fits = method in self.methods.split() and self.word in path
        if not fits or (self.times is not None and self.seen >= self.times):
            return False
        self.seen += 1
        return True


@dataclass
class Proxy:
    """Forwards to `target` from `url`. `plans` may change at any time; the first that takes a request decides.

    `mends_ranges` answers 206 where the server has cut a range and says 200; `is_serial` asks it one thing at a time.
    """

    target: str
    mends_ranges: bool = False
    is_serial: bool = False
    plans: list[Plan] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __enter__(self) -> Proxy:
        self.released = threading.Event()
        self.lock, self.turn = threading.Lock(), threading.Lock()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fails(self, fault: Fault, methods: str = Plan.methods, word: str = "", times: int | None = None) -> None:
        """From now on requests fail so."""
        self.plans.append(Plan(fault, methods, word, times))

    def recovers(self) -> None:
        """From now on nothing fails."""
        self.plans.clear()

    def fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            self.requests.append(f"{method} {path}")
            return next((plan.fault for plan in self.plans if plan.takes(method, path)), None)


class _Server(ThreadingHTTPServer):
    """Says nothing of clients that are gone: tests kill them."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # the base has a type of its own


class _Handler(BaseHTTPRequestHandler):
    """Answers one client, for the proxy that its own class names."""

    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.proxy.fault(self.command, self.path)
        if fault == "hang":
            self.proxy.released.wait()
        if fault in ("hang", "drop"):
            self._break()
        elif fault == "500":
            self._answer(500, [], b"<Error><Code>InternalError</Code></Error>", 1.0)
        else:
            if fault == "slow":
                self.proxy.released.wait(SLOW_S)
            self._forward(body, fault)

    def _forward(self, body: bytes, fault: Fault | None) -> None:
        with self.proxy.turn if self.proxy.is_serial else nullcontext():
            answer, data = self._asked(body)
        if fault == "lost":
            self._break()
            return
        self._answer(self._status(answer), answer.getheaders(), data, 0.5 if fault == "half" else 1.0)

    def _asked(self, body: bytes) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection(urlsplit(self.proxy.target).netloc, timeout=60)
        try:
            connection.request(self.command, self.path, body=body, headers=dict(self.headers.items()))
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def _status(self, answer: HTTPResponse) -> int:
        return 206 if self.proxy.mends_ranges and answer.getheader("Content-Range") else answer.status

    def _answer(self, status: int, headers: list[tuple[str, str]], data: bytes, share: float) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP:
                self.send_header(name, value)
        length = next((value for name, value in headers if name.lower() == "content-length"), None)
        stated = length if self.command == "HEAD" and length else str(len(data))
        self.send_header("Content-Length", stated)
        self.end_headers()
        self.wfile.write(data[: int(len(data) * share)])
        if share < 1:
            self._break()

    def _break(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _any  # noqa: N815 - http.server wants these names

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""
