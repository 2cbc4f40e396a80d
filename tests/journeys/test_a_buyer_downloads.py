"""A buyer downloads what was bought: at once, whole, with any tool, whatever dies meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from django.db import connection

from lathe.audio.formats import parse
from lathe.delivery import blueprints, cutting, files
from lathe.delivery.cutting import Growing
from lathe.delivery.files import OpenFile
from lathe.delivery.models import MadeFile, Rendition
from tests import serving, shops
from tests.journeys.conftest import PATIENCE_S, spooled
from tests.plugins import sampling
from tests.plugins.databases import OwnDatabase
from tests.serving import Running
from tests.waiting import eventually


def test_ten_first_downloads_at_once_make_one_encode(own_database: OwnDatabase, long_shop: shops.Shop) -> None:
    plan = blueprints.blueprint(long_shop.tracks[0], long_shop.release, parse("mp3:vbr=0"))

    def opened_in_a_thread(_: int) -> OpenFile:
        try:
            return files.open_file(plan)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        opened = list(threads.map(opened_in_a_thread, range(10)))
    try:
        cuts = {id(file.body.cut) for file in opened if isinstance(file.body, Growing)}
        assert len(cuts) == 1
        assert all(isinstance(file.body, Growing) for file in opened)
    finally:
        for file in opened:
            file.close()
        cutting.stop()


def test_ten_clients_at_once_get_the_same_bytes_from_one_body(own_database: OwnDatabase, shop: shops.Shop) -> None:
    order = serving.bought(shop, "mp3:cbr=320", shop.tracks[0])
    with serving.serving(own_database) as running, ThreadPoolExecutor(10) as threads:
        address = running.url(serving.link(order, "mp3:cbr=320", shop.tracks[0]))
        bodies = list(threads.map(lambda _: httpx.get(address, timeout=PATIENCE_S, trust_env=False).content, range(10)))
        eventually(Rendition.objects.filter(is_stored=True).exists)
    assert len({hashlib.sha256(body).digest() for body in bodies}) == 1
    assert Rendition.objects.count() == 1


def test_a_client_that_hangs_up_leaves_no_half_file(
    own_database: OwnDatabase, long_shop: shops.Shop, client: httpx.Client
) -> None:
    order = serving.bought(long_shop, "mp3:cbr=320", long_shop.tracks[0])
    with serving.serving(own_database) as running:
        address = running.url(serving.link(order, "mp3:cbr=320", long_shop.tracks[0]))
        before = set(running.workers())
        with client.stream("GET", address) as response:
            next(response.iter_raw())
        eventually(Rendition.objects.filter(is_stored=True).exists)
        eventually(lambda: not spooled(own_database))
        assert set(running.workers()) == before
        whole = client.get(address)
        assert Rendition.objects.get().size_bytes < len(whole.content)


def test_a_worker_that_is_killed_breaks_the_connection_and_keeps_nothing(
    own_database: OwnDatabase, long_shop: shops.Shop, client: httpx.Client
) -> None:
    order = serving.bought(long_shop, "mp3:cbr=320", long_shop.tracks[0])
    with serving.serving(own_database, LATHE_ENCODERS="1") as running:
        address = running.url(serving.link(order, "mp3:cbr=320", long_shop.tracks[0]))
        with pytest.raises(httpx.RemoteProtocolError), client.stream("GET", address) as response:
            for chunk in response.iter_raw():
                if chunk:
                    serving.kill(running.workers())
        assert not Rendition.objects.exists()
        assert not spooled(own_database)
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("fmt", sampling.sample("killed once", ["mp3:cbr=320", "opus:128", "mp3:vbr=0"], 1))
def test_a_worker_that_is_killed_once_costs_the_buyer_nothing(
    fmt: str, own_database: OwnDatabase, long_shop: shops.Shop, client: httpx.Client
) -> None:
    order = serving.bought(long_shop, fmt, long_shop.tracks[0])
    with serving.serving(own_database, LATHE_ENCODERS="1") as running, ThreadPoolExecutor(1) as beside:
        address = running.url(serving.link(order, fmt, long_shop.tracks[0]))
        getting = beside.submit(client.get, address)
        eventually(lambda: bool(spooled(own_database)))
        serving.kill(running.workers())
        got = getting.result()
        eventually(MadeFile.objects.exists)
        assert got.status_code == 200
        assert MadeFile.objects.get().sha256 == hashlib.sha256(got.content).hexdigest()
        assert client.get(address).content == got.content
    log = (own_database.home / "serve.log").read_text(encoding="utf-8")
    assert "begun again" in log


def test_no_encoder_outlives_a_killed_shop(
    own_database: OwnDatabase, long_shop: shops.Shop, client: httpx.Client
) -> None:
    order = serving.bought(long_shop, "mp3:cbr=320", long_shop.tracks[0])
    with serving.serving(own_database) as running:
        address = running.url(serving.link(order, "mp3:cbr=320", long_shop.tracks[0]))
        workers = running.workers()
        with pytest.raises(httpx.HTTPError), client.stream("GET", address) as response:
            for _ in response.iter_raw():
                running.process.kill()
        assert workers
        eventually(lambda: not any(_lives(pid) for pid in workers))
    with serving.serving(own_database) as again:
        assert client.get(again.url(serving.link(order, "mp3:cbr=320", long_shop.tracks[0]))).status_code == 200
        eventually(lambda: not spooled(own_database))


def _lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "zombie" not in status.read_text()


class TestRefusals:
    """What is not owned, forged or too old is not given, and says why."""

    @pytest.fixture
    def running(self, own_database: OwnDatabase, shop: shops.Shop) -> Iterator[Running]:
        with serving.serving(own_database) as running:
            yield running

    def test_a_forged_link(self, running: Running, shop: shops.Shop, client: httpx.Client) -> None:
        order = serving.bought(shop, "mp3:cbr=320", shop.tracks[0])
        good = serving.link(order, "mp3:cbr=320", shop.tracks[0])
        assert client.get(running.url(good.replace("/d/", "/d/x"))).status_code == 403
        assert client.get(running.url("/d/nonsense/file")).status_code == 403
        page = client.get(running.url("/d/nonsense/file"), headers={"Accept": "text/html"})
        assert page.status_code == 403
        assert "not one of ours" in page.text

    def test_a_better_cut_than_was_paid(self, running: Running, shop: shops.Shop, client: httpx.Client) -> None:
        order = serving.bought(shop, "mp3:cbr=320", shop.tracks[0])
        assert client.get(running.url(serving.link(order, "flac", shop.tracks[0]))).status_code == 403
        assert client.get(running.url(serving.link(order, "opus:128", shop.tracks[0]))).status_code == 200
        assert client.get(running.url(serving.link(order, "mp3:cbr=320", shop.tracks[1]))).status_code == 403

    def test_heads_and_conditions(self, running: Running, shop: shops.Shop, client: httpx.Client) -> None:
        order = serving.bought(shop, "wav", shop.tracks[0])
        address = running.url(serving.link(order, "wav", shop.tracks[0]))
        head = client.head(address)
        body = client.get(address)
        assert int(head.headers["content-length"]) == len(body.content)
        assert head.headers["etag"] == body.headers["etag"]
        assert "last-modified" not in body.headers
        assert client.get(address, headers={"If-None-Match": head.headers["etag"]}).status_code == 304
        stale = client.get(address, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
        assert (stale.status_code, len(stale.content)) == (200, len(body.content))
        beyond = client.get(address, headers={"Range": f"bytes={len(body.content)}-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(body.content)}")
        tail = client.get(address, headers={"Range": "bytes=-5"})
        assert (tail.status_code, tail.content) == (206, body.content[-5:])
