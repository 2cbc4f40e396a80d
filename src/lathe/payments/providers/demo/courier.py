"""The way of a notice from the demo processor to the shop: an HTTP POST, after the charge is committed.

`use` puts another courier in its place, such as one that hands notices straight to the shop in the same process.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from threading import Thread

import httpx

from lathe.basics import clock
from lathe.payments.providers.demo import notices, secret

_log = logging.getLogger(__name__)
_TRIES_S = (0.0, 1.0, 5.0)
_PATIENCE_S = 15.0
_FORGERS_SECRET = b"not the secret"


@dataclass(frozen=True)
class Delivery:
    """A notice to bring: where, its body, how long to wait before, and whether its signature is to be forged."""

    url: str
    body: bytes
    wait_s: int = 0
    is_forged: bool = False

    def headers(self) -> dict[str, str]:
        """The headers, signed at this moment."""
        return notices.sign(self.body, _FORGERS_SECRET if self.is_forged else secret.signing(), clock.now())


Courier = Callable[[Sequence[Delivery]], None]


def in_background(deliveries: Sequence[Delivery]) -> None:
    """Bring them from a thread of their own, one after the other; a process that ends takes them along, unsent."""
    Thread(target=copy_context().run, args=(bring, deliveries), name="demo-notices", daemon=True).start()


def bring(
    deliveries: Sequence[Delivery],
    transport: httpx.BaseTransport | None = None,
    tries_s: Sequence[float] = _TRIES_S,
) -> None:
    """POST each in turn; a shop that is not reached, or errs, is tried again after each wait of `tries_s`.

    The shop's own refusal (4xx) is final.
    """
    with httpx.Client(transport=transport, timeout=_PATIENCE_S, trust_env=False) as client:
        for delivery in deliveries:
            time.sleep(delivery.wait_s)
            _bring_one(client, delivery, tries_s)


def _bring_one(client: httpx.Client, delivery: Delivery, tries_s: Sequence[float]) -> None:
    answer = "no answer"
    for wait_s in tries_s:
        time.sleep(wait_s)
        try:
            response = client.post(delivery.url, content=delivery.body, headers=delivery.headers())
        except httpx.TransportError as error:
            answer = repr(error)
            continue
        if response.status_code < 500:
            _log.info("Notice to %s: %d", delivery.url, response.status_code)
            return
        answer = str(response.status_code)
    _log.warning("Notice to %s was not taken (%s); the shop has to ask.", delivery.url, answer)


_courier: ContextVar[Courier] = ContextVar("lathe_demo_courier", default=in_background)


def send(deliveries: Sequence[Delivery]) -> None:
    """Hand them to the courier in use."""
    if deliveries:
        _courier.get()(deliveries)


@contextmanager
def use(courier: Courier) -> Iterator[None]:
    """Let `courier` bring the notices inside the block, in this thread or task alone."""
    token = _courier.set(courier)
    try:
        yield
    finally:
        _courier.reset(token)
