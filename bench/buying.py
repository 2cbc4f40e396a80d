"""Buyers on loopback: when the first byte of audio comes, when the last, and how fast the bytes of a file flow."""

from __future__ import annotations

import re
import socket
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection

from stage import Wanted

READ_BYTES = 1 << 20
TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Came:
    """Seconds from the click to the first byte behind the head, and to the last; and how many bytes there were."""

    first_s: float
    last_s: float
    size_bytes: int


def get(port: int, path: str, head_bytes: int = 0) -> Came:
    """Ask for a file and read it to its end. Raises RuntimeError where it does not come whole."""
    connection, first_s, size = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S), None, 0
    begun = time.perf_counter()
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered with {answer.status}: {answer.read(200)!r}")
        while data := answer.read1(READ_BYTES):
            size += len(data)
            if first_s is None and size > head_bytes:
                first_s = time.perf_counter() - begun
    finally:
        connection.close()
    if first_s is None:
        raise RuntimeError(f"{path} has no audio.")
    return Came(first_s, time.perf_counter() - begun, size)


def whole(port: int, path: str) -> bytes:
    """A file, all of it in memory."""
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def at_once(port: int, files: Sequence[Wanted]) -> list[Came]:
    """Let so many buyers click in the same moment."""
    start = threading.Barrier(len(files))

    def click(file: Wanted) -> Came:
        start.wait()
        return get(port, file.path, file.head_bytes)

    with ThreadPoolExecutor(len(files)) as threads:
        return list(threads.map(click, files))


def rate(port: int, path: str) -> float:
    """Read a file of a known length as fast as it comes, and look at no byte of it; bytes a second.

    Raises RuntimeError where it does not come whole.
    """
    room = memoryview(bytearray(READ_BYTES))
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as line:
        begun = time.perf_counter()
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += line.recv(4096)
        found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not head.startswith(b"HTTP/1.1 200") or not found:
            raise RuntimeError(f"{path} was answered with {head[:200]!r}")
        left = int(found.group(1)) - (len(head) - head.index(b"\r\n\r\n") - 4)
        while left > 0:
            count = line.recv_into(room)
            if not count:
                raise RuntimeError(f"{path} broke off, {left} bytes before its end.")
            left -= count
        return int(found.group(1)) / (time.perf_counter() - begun)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so many of them, as a share of 1, do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def p95_ms(seconds: Sequence[float]) -> float:
    """The 95th percentile in milliseconds."""
    return percentile(seconds, 0.95) * 1000


def p50_ms(seconds: Sequence[float]) -> float:
    """The median in milliseconds."""
    return statistics.median(seconds) * 1000
