"""What must hold after every fault, once it is over and nobody asks for anything."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from random import Random

import httpx
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import Sum

from lathe.basics import clock
from lathe.delivery import cache, leases, rules
from lathe.delivery.models import CutLease, Rendition
from lathe.jobs import actions
from lathe.objects import stores
from lathe.objects.errors import ObjectMissing
from tests.faults.campaign import lives
from tests.faults.campaign.buyers import SILENCE_S
from tests.faults.campaign.field import Field
from tests.faults.campaign.goods import File, Goods
from tests.waiting import eventually

PATIENCE_S = 120.0


class JudgedError(Exception):
    """Something does not hold that must."""


@contextmanager
def asking_for_jobs(chance: Random, name: str) -> Iterator[list[str]]:
    """Ask for jobs all the while; the keys of those that were surely asked for."""
    asked: list[str] = []
    over = threading.Event()

    def ask() -> None:
        number = 0
        while not over.wait(chance.uniform(0.05, 0.4)):
            number += 1
            try:
                actions.enqueue(kind="test.write", key=f"{name}-{number}")
                asked.append(f"{name}-{number}")
            except DatabaseError:
                pass  # nobody can know whether that one is kept
            finally:
                connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield asked
    finally:
        over.set()
        thread.join()


def after(field: Field, goods: Goods, asked: list[str], chance: Random) -> None:
    """Hold the shop to all of it. Raises JudgedError with what does not hold."""
    for place, node in enumerate(field.nodes, 1):
        _comes_to_be(f"node {place} is healthy", partial(_is_healthy, node.address))
        file = chance.choice(goods.files)
        _comes_to_be(f"node {place} serves {file.name}", partial(_serves, node.address, file))
    _comes_to_be("no process is left behind", lambda: not lives.strays(field.ground.tag))
    _comes_to_be(f"the jobs {asked} are done", lambda: set(asked) <= _done(field))
    connections.close_all()  # the server may be another by now
    _hold_the_cache()


def at_the_end(tag: str) -> None:
    """After everything was told to end: nothing of it lives. Raises JudgedError."""
    _comes_to_be("no process outlives the campaign", lambda: not lives.tagged(tag))


def _comes_to_be(what: str, holds: Callable[[], bool]) -> None:
    try:
        eventually(holds, PATIENCE_S)
    except AssertionError as never:
        raise JudgedError(f"It did not come to be that {what}.") from never


def _is_healthy(address: str) -> bool:
    return _get(address + "/healthz")[0] == 200


def _serves(address: str, file: File) -> bool:
    status, content = _get(address + file.path)
    if status == 200 and content != file.right:
        raise JudgedError(f"{file.name} is not what it should be.")
    return status == 200


def _get(url: str) -> tuple[int, bytes]:
    try:
        answer = httpx.get(url, timeout=SILENCE_S, trust_env=False)
    except httpx.TransportError:
        return 0, b""
    return answer.status_code, answer.content


def _done(field: Field) -> set[str]:
    """The keys of jobs that came to their end: each leaves a line in the data folder of the worker."""
    return {line.split(" ")[1] for line in _lines(field) if line.count(" ") == 2}


def _lines(field: Field) -> list[str]:
    path = field.ground.folder / "worker" / "done"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _hold_the_cache() -> None:
    """What is stored is what its row says; and since nobody reads now, all of it fits within the limit."""
    _comes_to_be("nothing is being stored", _has_settled)
    Rendition.objects.update(held_until=clock.now() - timedelta(seconds=1))
    cache.make_room()
    total, most = _stored_bytes(), settings.LATHE_RENDITIONS_MAX_BYTES
    if total > most:
        raise JudgedError(f"The cache holds {total} bytes, more than its limit of {most}.")
    for row in Rendition.objects.filter(is_stored=True):
        if _sha256(row.key) not in (row.sha256, None):
            raise JudgedError(f"The body of {row.format} in the store is not the one in its row.")


def _stored_bytes() -> int:
    return Rendition.objects.filter(is_stored=True).aggregate(total=Sum("size_bytes"))["total"] or 0


def _has_settled() -> bool:
    now = clock.now()
    return not CutLease.objects.filter(until__gt=now, until__lt=now + leases.longest()).exists()


def _sha256(key: str) -> str | None:
    """The digest of a stored body; None where it is gone, which is found out when it is asked for, and mended."""
    try:
        return hashlib.sha256(stores.renditions().read(rules.object_key(key))).hexdigest()
    except ObjectMissing:
        return None
