"""An encoder process: `python -m lathe.audio.worker SOCKET PARENT`.

Encodes orders block by block, binds the parts of the cuts it leads beside that, and ends with its parent.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import threading
import traceback
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

from lathe.audio import build, wire
from lathe.audio.lead import Lead
from lathe.audio.turns import Turns

MOST_MEMORY_BYTES = 4 * 2**30
BEHIND_THE_WEB = 5
"""Niceness: a web process that hands out finished bytes goes first."""
_PR_SET_PDEATHSIG = 1
_TO_LEAD = ("bind", "lay", "drop")

Inbox: TypeAlias = "SimpleQueue[dict[str, Any]]"


class Port:
    """The socket to the pool, which several threads speak into."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._lock = threading.Lock()

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message; where the pool is gone, so is the reason to live."""
        try:
            with self._lock:
                wire.send(self.end, message)
        except OSError:
            os._exit(0)


def main(arguments: list[str]) -> None:
    """Serve orders until the socket closes."""
    _end_with(int(arguments[1]))
    port = Port(socket.socket(fileno=int(arguments[0])))
    orders: Inbox = SimpleQueue()
    to_bind: Inbox = SimpleQueue()
    threading.Thread(target=_listen, args=(port.end, orders, to_bind), daemon=True).start()
    threading.Thread(target=_bind, args=(Lead(port.tell), to_bind), daemon=True).start()
    port.tell({"did": "start"})
    turns, cold = Turns(port.tell, to_bind.put), build.trials()
    is_cold = True
    while True:
        for message in _came(orders, wait=not (turns or is_cold)):
            turns.heed(message)
        if turns:
            turns.step()
        elif is_cold:
            # The first buyer's track is not the first that these libraries encode.
            is_cold = next(cold, None) is not None


def _came(orders: Inbox, *, wait: bool) -> list[dict[str, Any]]:
    """Return the messages that have come; `wait` for one where there is nothing else to do."""
    found = [orders.get()] if wait else []
    try:
        while True:
            found.append(orders.get_nowait())
    except Empty:
        return found


def _end_with(parent: int) -> None:
    """Limit what this process may take, and have Linux end it with its parent even where the parent is killed
    outright.
    """
    os.nice(BEHIND_THE_WEB)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _listen(end: socket.socket, orders: Inbox, to_bind: Inbox) -> None:
    """Take messages beside the encode; the end of the socket is the end of this process."""
    lines = wire.Lines()
    while data := _received(end):
        for message in lines.take(data):
            if message["do"] in _TO_LEAD:
                to_bind.put(message)
            if message["do"] == "drop" or message["do"] not in _TO_LEAD:
                orders.put(message)
    os._exit(0)


def _bind(lead: Lead, to_bind: Inbox) -> None:
    """Bind the parts of the cuts that this worker leads, beside the encode. A fault here ends the process."""
    try:
        while True:
            lead.serve(to_bind.get())
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(wire.READ_BYTES)
    except OSError:
        return b""


if __name__ == "__main__":
    main(sys.argv[1:])
