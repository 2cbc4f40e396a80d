"""A crowd of slow clients on one web process: its memory, and how soon it answers others meanwhile."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from stage import Served, until

RATE_BYTES = 64_000
ROUNDS_S = 0.5
AT_ONCE = 20
PAGE = "/"


@dataclass
class Crowd:
    """Clients that each take RATE_BYTES a second of a file. Close it at the end."""

    shop: Served
    path: str
    lines: list[socket.socket] = field(default_factory=list)
    taken_bytes: int = 0

    def join(self, count: int) -> None:
        """Let so many more ask for the file, and wait until each has begun to get it. Raises TimeoutError."""
        new = [self._ask() for _ in range(count)]
        self.lines += new
        until(lambda: all(_has_bytes(line) for line in new), "slow clients get their first bytes")
        self._round()

    def _ask(self) -> socket.socket:
        """A client with a small window, as on a slow line."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RATE_BYTES // 2)
        line.settimeout(60)
        line.connect(("127.0.0.1", self.shop.port))
        line.sendall(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        line.setblocking(False)
        return line

    def take(self, seconds: float) -> None:
        """Let everybody take what is due, in rounds, for so long."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            self._round()
            time.sleep(max(0.0, now + ROUNDS_S - time.monotonic()))

    def _round(self) -> None:
        for line in list(self.lines):
            try:
                data = line.recv(int(RATE_BYTES * ROUNDS_S))
            except BlockingIOError:
                continue
            self.taken_bytes += len(data)
            if not data:
                self.lines.remove(line)
                line.close()

    def close(self) -> None:
        """Hang up."""
        while self.lines:
            self.lines.pop().close()


def _has_bytes(line: socket.socket) -> bool:
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False


def page_s(shop: Served) -> float:
    """Seconds until the home page is there. Raises RuntimeError where it is not."""
    connection, begun = HTTPConnection("127.0.0.1", shop.port, timeout=60), time.perf_counter()
    try:
        connection.request("GET", PAGE)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"The home page was answered with {answer.status}.")
    return time.perf_counter() - begun


def memory_bytes(shop: Served) -> int:
    """What the web process, without its encoders, holds in memory (VmRSS)."""
    text = Path(f"/proc/{shop.pid}/status").read_text(encoding="ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) * 1024
