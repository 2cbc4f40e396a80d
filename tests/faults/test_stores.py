"""Stores that fail, are slow, or break off: no wrong byte is served, nothing hangs, and what was half is not there."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings

from lathe.audio.formats import Format, parse
from lathe.basics import clock
from lathe.delivery import blueprints, cutting, files, following, leases, originals, precut, publisher, rules
from lathe.delivery.blueprints import Blueprint
from lathe.delivery.cutting import Growing
from lathe.delivery.errors import CutFailed
from lathe.delivery.models import CutLease, Rendition
from lathe.delivery.precut import Want
from lathe.objects import stores
from tests import serving, shops
from tests.contracts.audio import masters
from tests.plugins import objects, sampling
from tests.plugins.databases import OwnDatabase
from tests.plugins.faulty import Fault, Proxy
from tests.waiting import eventually

TIMEOUT_S = 3
PATIENCE_S = 90.0
WAV, MP3 = parse("wav"), parse("mp3:cbr=128")
READ_FAULTS: list[Fault] = ["500", "half", "hang", "drop"]
WRITE_FAULTS: list[Fault] = ["500", "hang", "drop"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds: 1.4 MB of WAV, several pieces of a download."""
    return masters.make(tmp_path_factory.mktemp("masters"), masters.Master("eight seconds", samples=352_800))


@pytest.fixture
def proxy(moto_url: str) -> Iterator[Proxy]:
    with Proxy(moto_url) as made:
        yield made


@pytest.fixture(autouse=True)
def followers(own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Who follows a cut gives up soon, and has done so before the next test."""
    monkeypatch.setattr(following, "TRIES_AGAIN_AFTER_S", (0.1,))
    yield
    serving.nobody_follows()


@pytest.fixture
def shop(own_database: OwnDatabase, proxy: Proxy, path: Path, settings: LazySettings) -> Iterator[shops.Shop]:
    """A shop that keeps everything in S3, behind the proxy."""
    settings.LATHE_S3 = {**settings.LATHE_S3, "timeout_s": str(TIMEOUT_S)}
    settings.LATHE_MASTERS_URL = settings.LATHE_RENDITIONS_URL = objects.url_of(objects.bucket(proxy.url))
    yield serving.stocked_with(path)
    proxy.recovers()
    cutting.stop()


def plan_of(shop: shops.Shop, fmt: Format = WAV) -> Blueprint:
    return blueprints.blueprint(shop.tracks[0], shop.release, fmt)


def download(plan: Blueprint, got: bytearray | None = None) -> bytes:
    """Open and read a file to its end; what came goes to `got` as it comes."""
    got = bytearray() if got is None else got

    async def read(opened: files.OpenFile) -> None:
        async for chunk in opened.stream():
            got.extend(chunk)

    opened = files.open_file(plan)
    try:
        asyncio.run(read(opened))
    finally:
        opened.close()
    return bytes(got)


def arrived(plan: Blueprint) -> bytes:
    """Download until it works: on a busy machine a healthy store may be too slow once."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return download(plan)
        except CutFailed:
            assert time.monotonic() < end


def made(shop: shops.Shop, fmt: Format = WAV) -> bytes:
    """The file as it should be; its body lies in the store afterwards."""
    whole = arrived(plan_of(shop, fmt))
    eventually(lambda: arrived(plan_of(shop, fmt)) == whole and is_stored(shop, fmt))
    return whole


def is_stored(shop: shops.Shop, fmt: Format = WAV) -> bool:
    return bool(cutting.stored([plan_of(shop, fmt).body_key]))


def hold_the_store_to_its_rows() -> None:
    """Every object is whole and has a row that says so; every row has its object. Once nothing is being stored."""
    serving.nobody_follows()
    seen = {}
    for entry in stores.renditions().entries():
        content = stores.renditions().read(entry.key)
        seen[rules.key_of_object(entry.key)] = hashlib.sha256(content).hexdigest()
    assert seen == dict(Rendition.objects.filter(is_stored=True).values_list("key", "sha256"))


@pytest.mark.parametrize("fault", READ_FAULTS)
def test_a_stored_body_that_cannot_be_read_is_refused_in_time_and_read_once_it_can(
    shop: shops.Shop, proxy: Proxy, fault: Fault
) -> None:
    whole, got = made(shop), bytearray()
    proxy.fails(fault, "GET HEAD", "/renditions/")
    begun = time.monotonic()
    with pytest.raises(CutFailed):
        download(plan_of(shop), got)
    assert time.monotonic() - begun < PATIENCE_S
    assert whole.startswith(bytes(got))
    proxy.recovers()
    assert arrived(plan_of(shop)) == whole


def test_one_failure_is_tried_again_unseen(shop: shops.Shop, proxy: Proxy) -> None:
    whole, before = made(shop), len(proxy.requests)
    proxy.fails("500", "GET HEAD", "/renditions/", times=1)
    assert arrived(plan_of(shop)) == whole
    assert len({*proxy.requests[before:]}) < len(proxy.requests[before:])


@pytest.mark.parametrize("fault", WRITE_FAULTS)
def test_a_body_that_cannot_be_stored_is_sent_all_the_same_and_stored_when_it_is_made_again(
    shop: shops.Shop, proxy: Proxy, fault: Fault
) -> None:
    proxy.fails(fault, "PUT POST", "/renditions/")
    got = download(plan_of(shop))
    serving.nobody_follows()
    assert not Rendition.objects.filter(is_stored=True).exists()
    assert not list(stores.renditions().entries())
    proxy.recovers()
    assert made(shop) == got
    hold_the_store_to_its_rows()


def test_a_put_whose_answer_is_lost_has_one_object_and_its_row(shop: shops.Shop, proxy: Proxy) -> None:
    proxy.fails("lost", "PUT POST", "/renditions/", times=1)
    whole = download(plan_of(shop))
    assert made(shop) == whole
    hold_the_store_to_its_rows()


def test_many_who_end_at_once_store_it_once(shop: shops.Shop, proxy: Proxy) -> None:
    opened = [files.open_file(plan_of(shop)) for _ in range(6)]

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*(_read(file) for file in opened))

    assert len(set(asyncio.run(all_of_them()))) == 1
    for file in opened:
        file.close()
    eventually(lambda: is_stored(shop))
    puts = [request for request in proxy.requests if request.startswith("PUT") and "/renditions/" in request]
    assert len(puts) == 1
    hold_the_store_to_its_rows()


async def _read(opened: files.OpenFile) -> bytes:
    return b"".join([chunk async for chunk in opened.stream()])


def test_the_tracks_of_an_archive_are_fetched_when_it_is_their_turn(
    shop: shops.Shop, own_database: OwnDatabase
) -> None:
    opened = files.open_file(plan_of(shop), at_once=False)
    folder = own_database.home / originals.FOLDER
    assert not folder.exists()
    assert asyncio.run(_read(opened)) == arrived(plan_of(shop))
    opened.close()
    assert len(list(folder.iterdir())) == 1


def test_the_publisher_tries_again_until_the_store_takes_it(
    shop: shops.Shop, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "TRIES_AGAIN_AFTER_S", (0.1, 0.1, 0.1, 0.1, 0.1, 0.1))
    proxy.fails("500", "PUT POST", "/renditions/", times=4)
    opened = files.open_file(plan_of(shop))
    publisher.follow(opened.blueprint, opened.body).result(PATIENCE_S)
    opened.close()
    assert Rendition.objects.get().is_stored
    hold_the_store_to_its_rows()


def test_a_publisher_whose_store_stays_away_keeps_no_file_in_the_spool(
    shop: shops.Shop, proxy: Proxy, own_database: OwnDatabase
) -> None:
    proxy.fails("500", "PUT POST", "/renditions/")
    opened = files.open_file(plan_of(shop))
    publisher.follow(opened.blueprint, opened.body).result(PATIENCE_S)
    opened.close()
    eventually(lambda: not list((own_database.home / "spool").rglob("*.body")))
    assert not CutLease.objects.exists()


@pytest.mark.parametrize("fault", READ_FAULTS)
def test_a_master_that_cannot_be_fetched_is_refused_in_time_and_leaves_nothing(
    shop: shops.Shop, proxy: Proxy, own_database: OwnDatabase, fault: Fault
) -> None:
    plan = plan_of(shop)
    proxy.fails(fault, "GET HEAD", "/masters/")
    begun = time.monotonic()
    with pytest.raises(CutFailed, match="does not answer"):
        download(plan)
    assert time.monotonic() - begun < PATIENCE_S
    assert not list((own_database.home / originals.FOLDER).iterdir())
    assert not CutLease.objects.exists()
    proxy.recovers()
    arrived(plan)
    assert len(list((own_database.home / originals.FOLDER).iterdir())) == 1


def test_a_master_of_other_bytes_is_never_cut(shop: shops.Shop, own_database: OwnDatabase) -> None:
    key, store = shop.tracks[0].master.object_key, stores.masters()
    right = store.read(key)
    store.delete(key)
    store.put_new(key, right[:-1] + bytes([right[-1] ^ 1]))
    with pytest.raises(CutFailed):
        download(plan_of(shop))
    assert not list((own_database.home / originals.FOLDER).iterdir())


@pytest.mark.parametrize("seed", sampling.sample("failing stores", range(12), 2))
def test_in_any_weather_what_arrives_whole_is_right_and_the_cache_keeps_its_limit(
    shop: shops.Shop, proxy: Proxy, settings: LazySettings, seed: int
) -> None:
    chance = random.Random(f"{sampling.seed()}:{seed}")
    right = {fmt: made(shop, fmt) for fmt in (WAV, MP3)}
    settings.LATHE_RENDITIONS_MAX_BYTES = 1_500_000
    came = 0
    for _ in range(12):
        proxy.recovers()
        Rendition.objects.update(held_until=clock.now() - timedelta(seconds=1))
        fault = chance.choice(["500", "half", "drop", "lost"])
        proxy.fails(fault, chance.choice(["GET", "HEAD", "PUT POST", "DELETE"]), "/renditions/", chance.randint(1, 5))
        fmt, got = chance.choice([WAV, MP3]), bytearray()
        try:
            came += download(plan_of(shop, fmt), got) == right[fmt]
        except CutFailed:
            assert right[fmt].startswith(bytes(got))
    assert came > 0
    proxy.recovers()
    assert all(arrived(plan_of(shop, fmt)) == right[fmt] for fmt in right)
    Rendition.objects.update(held_until=clock.now() - timedelta(seconds=1))
    cutting.cache.make_room()
    stored = Rendition.objects.filter(is_stored=True).values_list("size_bytes", flat=True)
    assert sum(stored) <= settings.LATHE_RENDITIONS_MAX_BYTES


KILLED_BEFORE_ITS_ROW = """
import os, signal, sys
import django
django.setup()
from lathe.audio.formats import parse
from lathe.catalogue.models import Master
from lathe.delivery import cutting, precut, storing
storing._write_row = lambda body, facts: os.kill(os.getpid(), signal.SIGKILL)
precut.make([precut.Want(Master.objects.get(sha256=sys.argv[1]), parse("wav"))])
"""


def test_a_process_killed_between_object_and_row_leaves_what_is_taken_up_or_swept(
    own_database: OwnDatabase, path: Path
) -> None:
    shop = serving.stocked_with(path)
    master = shop.tracks[0].master
    command = [sys.executable, "-c", KILLED_BEFORE_ITS_ROW, master.sha256]
    killed = subprocess.run(command, env=own_database.environ, check=False, timeout=PATIENCE_S)
    assert killed.returncode == -9
    [left] = stores.renditions().entries()
    assert not Rendition.objects.exists()
    assert CutLease.objects.exists()
    with clock.use(clock.FixedClock(clock.now() + leases.LENGTH * 10)):
        assert cutting.cache.sweep() == 0
        precut.make([Want(master, WAV)])
    cutting.stop()
    hold_the_store_to_its_rows()
    assert rules.key_of_object(left.key) == Rendition.objects.get().key


class TestAFullDisk:
    """A data folder on a file system of 16 MB: spool, copies and store share it."""

    @pytest.fixture
    def small(self, own_database: OwnDatabase, tmp_path: Path, settings: LazySettings) -> Iterator[Path]:
        folder = tmp_path / "small"
        folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=False, capture_output=True
        )
        if mounted.returncode:
            pytest.skip("needs leave to mount a small file system (root)")
        settings.LATHE_HOME = folder
        try:
            yield folder
        finally:
            cutting.stop()
            subprocess.run(["umount", "-l", folder], check=True)

    def test_a_cut_fails_with_a_reason_nothing_half_is_seen_and_it_works_once_there_is_room(
        self, small: Path, path: Path
    ) -> None:
        shop = serving.stocked_with(path)
        filler = fill(small)
        with pytest.raises(CutFailed):
            download(plan_of(shop))
        assert not list(stores.renditions().entries())
        assert not Rendition.objects.exists()
        filler.unlink()
        whole = arrived(plan_of(shop))
        assert arrived(plan_of(shop)) == whole
        hold_the_store_to_its_rows()

    def test_a_store_without_room_sends_the_file_and_keeps_nothing_of_it(self, small: Path, path: Path) -> None:
        shop = serving.stocked_with(path)
        body = cutting.obtain(shop.tracks[0].master, WAV, priority=cutting.WAITING_BUYER)
        assert isinstance(body, Growing)
        body.cut.wait_blocking(PATIENCE_S)
        filler = fill(small)
        whole = download(plan_of(shop))
        serving.nobody_follows()
        assert not list(stores.renditions().entries())
        assert not list(Path(stores.renditions().place).glob(".aside-*"))
        body.cut.release()
        filler.unlink()
        assert arrived(plan_of(shop)) == whole
        hold_the_store_to_its_rows()


def fill(folder: Path) -> Path:
    """Write a file that leaves half a megabyte free."""
    room = os.statvfs(folder)
    filler = folder / "filler"
    filler.write_bytes(bytes(room.f_bavail * room.f_frsize - 500_000))
    return filler


def test_a_buyer_reads_a_503_in_time_while_the_store_fails_and_gets_the_file_after(
    shop: shops.Shop, proxy: Proxy, own_database: OwnDatabase, settings: LazySettings
) -> None:
    whole = made(shop)
    order = serving.bought(shop, "wav", shop.tracks[0])
    address = serving.link(order, "wav", shop.tracks[0])
    url = settings.LATHE_MASTERS_URL
    environ = {"LATHE_MASTERS_URL": url, "LATHE_RENDITIONS_URL": url, "LATHE_STORE_TIMEOUT_S": str(TIMEOUT_S)}
    with (
        serving.serving(own_database, **environ) as running,
        httpx.Client(trust_env=False, timeout=PATIENCE_S) as client,
    ):
        for fault in ("500", "hang"):
            proxy.fails(fault, "GET HEAD", "/renditions/")
            refused = client.get(running.url(address))
            assert refused.status_code == 503
            assert "does not answer just now" in refused.text
            proxy.recovers()
        assert client.get(running.url(address)).content == whole
        proxy.fails("500", "GET HEAD", "masters")
        assert client.get(running.url("/healthz")).status_code == 503
