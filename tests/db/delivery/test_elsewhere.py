"""A body that another node is at is waited for, and made here when that node gives up."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from lathe.audio.errors import EncodeError
from lathe.audio.formats import parse
from lathe.basics import clock
from lathe.catalogue.models import Master
from lathe.delivery import blueprints, cutting, files, precut, storing
from lathe.delivery.cutting import Growing, Stored
from lathe.delivery.elsewhere import Elsewhere
from lathe.delivery.models import CutLease, MadeFile, Rendition
from lathe.delivery.precut import Want
from tests import serving, shops
from tests.contracts.audio import masters

pytestmark = pytest.mark.usefixtures("own_database")
FMT = parse("wav")
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return masters.make(tmp_path_factory.mktemp("masters"), masters.Master("three seconds", samples=132_300))


@pytest.fixture
def shop(path: Path, settings: LazySettings) -> Iterator[shops.Shop]:
    # A lease may last for three times as long, and nobody takes it to come from a clock that is ahead.
    settings.LATHE_S3 = {**settings.LATHE_S3, "timeout_s": "300"}
    yield serving.stocked_with(path)
    cutting.stop()
    serving.nobody_follows()


@pytest.fixture
def master(shop: shops.Shop) -> Master:
    return shop.tracks[0].master


def other_node_is_at(master: Master, *, for_s: float = 600, priority: int = cutting.WAITING_BUYER) -> None:
    until = clock.now() + timedelta(seconds=for_s)
    CutLease.objects.create(key=cutting.key_of(master, FMT), holder="another node", priority=priority, until=until)


def other_node_stores(master: Master) -> bytes:
    """What the other node would do: it encodes, and the store and the row are the same for all."""
    CutLease.objects.all().delete()
    precut.make([Want(master, FMT)])
    key = cutting.key_of(master, FMT)
    return cutting.stores.renditions().read(cutting.rules.object_key(key))


def in_a_thread(work: Callable[[], object]) -> object:
    """Run in a thread, and give its database connection back."""

    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def waiting(master: Master, priority: int = cutting.WAITING_BUYER) -> Growing:
    body = cutting.obtain(master, FMT, priority=priority)
    assert isinstance(body, Growing)
    assert isinstance(body.cut, Elsewhere)
    return body


def test_it_is_followed_in_the_store_once_it_is_there_and_nothing_is_encoded_here(master: Master) -> None:
    other_node_is_at(master)
    body = waiting(master)
    assert (body.cut.facts, body.cut.progress) == (None, 0.0)

    async def follow() -> bytes:
        made = asyncio.create_task(_all(body))
        assert not made.done()
        content = await asyncio.to_thread(in_a_thread, lambda: other_node_stores(master))
        assert await made == content
        return await made

    content = asyncio.run(follow())
    assert body.cut.facts is not None
    assert hashlib.sha256(content).hexdigest() == body.cut.facts.sha256
    assert storing.publish(body) == Stored(body.key, body.cut.facts)
    body.cut.release()
    assert Rendition.objects.count() == 1


async def _all(body: Growing) -> bytes:
    return b"".join([chunk async for chunk in body.cut.follow()])


def test_it_is_encoded_here_once_the_other_s_lease_has_run_out(master: Master) -> None:
    other_node_is_at(master, for_s=1)
    body = waiting(master)
    facts = body.cut.wait_blocking(PATIENCE_S)
    assert CutLease.objects.get().holder != "another node"
    assert storing.publish(body).facts == facts
    body.cut.release()
    assert not CutLease.objects.exists()


def test_several_who_wait_begin_one_encode(master: Master) -> None:
    other_node_is_at(master, for_s=1)
    body, second = waiting(master), waiting(master)

    async def both() -> list[bytes]:
        return await asyncio.gather(_all(body), _all(body), _all(second))

    assert len(set(asyncio.run(both()))) == 1
    assert body.cut.path == second.cut.path
    body.cut.release()
    second.cut.release()


def test_who_no_longer_waits_begins_nothing(master: Master) -> None:
    other_node_is_at(master, for_s=1)
    body = waiting(master)
    body.cut.release()
    time.sleep(1.1)
    with pytest.raises(EncodeError, match="cancelled"):
        body.cut.wait_blocking(PATIENCE_S)


def test_nobody_waits_longer_than_told(master: Master) -> None:
    other_node_is_at(master)
    body = waiting(master)
    with pytest.raises(TimeoutError, match="elsewhere"):
        body.cut.wait_blocking(0.1)
    body.cut.release()


def test_a_buyer_does_not_wait_for_another_node_s_job(master: Master) -> None:
    other_node_is_at(master, priority=cutting.NOBODY_WAITS)
    body = cutting.obtain(master, FMT, priority=cutting.WAITING_BUYER)
    assert isinstance(body, Growing)
    assert not isinstance(body.cut, Elsewhere)
    body.cut.release()


def test_a_lease_goes_back_when_the_cut_is_cancelled(master: Master) -> None:
    body = cutting.obtain(master, FMT, priority=cutting.WAITING_BUYER)
    assert isinstance(body, Growing)
    assert CutLease.objects.get().key == body.key
    body.cut.discard()
    body.cut.release()
    end = time.monotonic() + PATIENCE_S
    while CutLease.objects.exists():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_file_is_sent_whole_from_a_body_that_was_made_elsewhere(shop: shops.Shop, master: Master) -> None:
    other_node_is_at(master)
    plan = blueprints.blueprint(shop.tracks[0], shop.release, FMT)
    opened = files.open_file(plan)

    async def sent() -> bytes:
        whole = asyncio.create_task(_sent(opened))
        await asyncio.to_thread(in_a_thread, lambda: other_node_stores(master))
        return await whole

    content = asyncio.run(sent())
    opened.close()
    made = files.record(plan, cutting.find(plan.body_key))  # type: ignore[arg-type]
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert MadeFile.objects.count() == 1


async def _sent(opened: files.OpenFile) -> bytes:
    return b"".join([chunk async for chunk in opened.stream()])


def test_an_evicted_body_of_the_same_build_comes_back_with_the_same_bytes(master: Master) -> None:
    first = other_node_stores(master)
    row = Rendition.objects.get()
    Rendition.objects.update(held_until=clock.now() - timedelta(seconds=1))
    assert cutting.cache.evict(row.key)
    assert other_node_stores(master) == first
    again = Rendition.objects.get()
    assert (again.sha256, again.is_stored) == (row.sha256, True)
    assert hashlib.sha256(first).hexdigest() == row.sha256
