"""Runs the web server: the port is taken before anything is said about it."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import uvicorn
from django.conf import settings

from lathe.cli.errors import CommandError
from lathe.cli.heads import BoundedProtocol

APPLICATION = "lathe.config.asgi:application"
GRACE_S = 30
FILES_A_CONNECTION, FILES_BESIDE = 3, 200
_QUEUE = 2048
_UNSENT_BYTES = 128 * 1024

log = logging.getLogger("lathe.cli")


@dataclass(frozen=True)
class Place:
    """A port that is ours, and the address that leads there."""

    listener: socket.socket
    address: str

    @property
    def is_local(self) -> bool:
        """Whether only this machine can come here."""
        return ipaddress.ip_address(self.listener.getsockname()[0]).is_loopback


@contextmanager
def bound(host: str, port: int) -> Iterator[Place]:
    """Take a port, before the long work that ends in listening on it. Raises CommandError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "linux":
            # Connections inherit it. Without it the system takes megabytes of a file at once for every slow client.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)
        try:
            listener.bind((host, port))
            # Until somebody listens, Linux would let a second process take the same port.
            listener.listen(_QUEUE)
        except OSError as refusal:
            raise CommandError(_why(refusal, host, port)) from refusal
        shown = f"[{host}]" if ":" in host else host
        yield Place(listener, f"http://{shown}:{listener.getsockname()[1]}")


def announce(place: Place) -> None:
    """Let links in letters lead to this port of this machine, where LATHE_BASE_URL says nothing else.

    The settings read it when they are loaded, so this comes before.
    """
    if place.is_local:
        os.environ.setdefault("LATHE_BASE_URL", place.address)


def serve(place: Place) -> None:
    """Serve until the process is told to end; downloads under way then have GRACE_S seconds to finish."""
    config = uvicorn.Config(
        APPLICATION,
        http=BoundedProtocol,
        limit_concurrency=connections(settings.LATHE_CONNECTIONS),
        log_level="warning",
        access_log=False,
        lifespan="on",
        # The shop itself reads X-Forwarded-For, as far as LATHE_PROXIES lets it.
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
    )
    server = _Server(config)
    server.run(sockets=[place.listener])
    if not server.started:
        raise CommandError("The shop did not start. `lathe doctor` says what is wrong.")


class _Server(uvicorn.Server):
    """Ends at once what only waits for news; downloads have their time."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        from lathe.delivery import watching

        watching.ENDED.set()
        super().handle_exit(sig, frame)


def connections(wanted: int) -> int:
    """How many connections to keep open at a time: as many as are wanted, or as many as this process may open files
    for, which then says so. Lets this process open so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, (hard - FILES_BESIDE) // FILES_A_CONNECTION)
    if most < wanted:
        log.warning("Of LATHE_CONNECTIONS=%s only %s can be open: the system allows %s files.", wanted, most, hard)
    needed = FILES_A_CONNECTION * most + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    return max(1, most)


def _why(refusal: OSError, host: str, port: int) -> str:
    if refusal.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. End what listens there, or choose another with --port."
    if refusal.errno == errno.EACCES:
        return f"This user may not listen on port {port}. Choose one above 1023 with --port."
    return f"{host} port {port} cannot be listened on: {refusal.strerror}. Choose another with --host or --port."
