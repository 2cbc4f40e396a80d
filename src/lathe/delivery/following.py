"""Sees cuts to their end and stores them, whoever hung up meanwhile.

One background thread with an event loop waits for all of them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache

from lathe.audio.errors import EncodeError
from lathe.delivery import again, storing, threads
from lathe.delivery.cutting import Body, Growing, Stored
from lathe.delivery.keeper import KEEPER
from lathe.objects.errors import StoreError

TRIES_AGAIN_AFTER_S = (1.0, 5.0, 25.0)

log = logging.getLogger("lathe.delivery")


def keep(body: Body) -> Future[None]:
    """See a body to its end and store it. Returns at once."""
    return begin(body.key, body, _nothing_more)


def _nothing_more(stored: Stored) -> None:
    """A body alone has no checksum to record."""


def begin(name: str, body: Body, then: Callable[[Stored], object]) -> Future[None]:
    """See a body to its end, store it, and do something with it then. Returns at once."""
    if isinstance(body, Growing):
        body.cut.hold()
    return asyncio.run_coroutine_threadsafe(_see_to_its_end(name, body, then), _running_loop())


async def _see_to_its_end(name: str, body: Body, then: Callable[[Stored], object]) -> None:
    was_begun_again = False
    try:
        while isinstance(body, Growing) and body.cut.facts is None:
            try:
                await body.cut.wait()
            except EncodeError as broken:
                if was_begun_again:
                    raise
                was_begun_again = True
                body = await threads.run(again.begin, body, broken)
        await _store_patiently(name, body, then)
    except EncodeError as broken:
        log.warning("The cut of %s failed: %s", name, broken)
    except Exception:
        log.exception("The cut of %s could not be stored", name)
    finally:
        if isinstance(body, Growing):
            body.cut.release()


async def _store_patiently(name: str, body: Body, then: Callable[[Stored], object]) -> None:
    """Store a body, again after a while where the store fails. In the end it is dropped: it can be made again."""
    for pause_s in (*TRIES_AGAIN_AFTER_S, None):
        try:
            await threads.run(_store, body, then)
        except StoreError as broken:
            log.warning("%s could not be stored: %s", name, broken)
        else:
            return
        if pause_s is not None:
            await asyncio.sleep(pause_s)
    log.error("%s was not kept: the store did not take it. It is made again when it is wanted.", name)
    if isinstance(body, Growing):
        await threads.run(storing.give_up, body)


def _store(body: Body, then: Callable[[Stored], object]) -> None:
    reading = KEEPER.read(body.key)
    try:
        then(body if isinstance(body, Stored) else storing.publish(body))
    finally:
        reading.end()


@cache
def _running_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="lathe-publisher").start()
    return loop
