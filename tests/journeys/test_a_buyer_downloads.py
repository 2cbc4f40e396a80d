"""A buyer downloads what was bought: at once, whole, with any tool, whatever dies meanwhile."""

from __future__ import annotations

import hashlib
import os
import signal
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from django.db import connection

from lathe.audio import decode
from lathe.audio.formats import parse
from lathe.delivery import blueprints, cutting, files
from lathe.delivery.cutting import Growing
from lathe.delivery.files import OpenFile
from lathe.delivery.models import MadeFile, Rendition
from tests import serving, shops
from tests.contracts.audio import masters, players
from tests.plugins import sampling
from tests.plugins.databases import OwnDatabase
from tests.serving import DEMO, Running
from tests.waiting import eventually

GIGUE = DEMO / "bach-cello-suite-1" / "02-gigue.flac"
HIRES = DEMO / "chopin-preludes-op-28" / "02-prelude-no-7.flac"
PATIENCE_S = 120.0


@pytest.fixture
def shop(own_database: OwnDatabase, tmp_path: Path) -> shops.Shop:
    return serving.stocked(serving.tagged(tmp_path / "delivery" / "preludes", [GIGUE, HIRES]))


@pytest.fixture(scope="module")
def long_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six minutes: the gigue seven times."""
    gigue = np.concatenate(list(decode.pcm_blocks(GIGUE)))
    return masters.write(tmp_path_factory.mktemp("long") / "long.flac", np.tile(gigue, (7, 1)), 44_100, 16)


@pytest.fixture
def hour_shop(own_database: OwnDatabase, tmp_path: Path) -> shops.Shop:
    loop = masters.pcm(masters.Master("loop", samples=4096 * 646, sound="square"))
    return serving.stocked_with(masters.write(tmp_path / "hour.flac", loop, 44_100, 16, times=60))


@pytest.fixture
def long_shop(own_database: OwnDatabase, long_master: Path) -> shops.Shop:
    return serving.stocked_with(long_master)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE_S, trust_env=False) as made:
        yield made


def spooled(database: OwnDatabase) -> list[Path]:
    return [path for path in (database.home / "spool").rglob("*") if path.is_file() and path.stat().st_size]


@pytest.mark.parametrize("fmt", ["flac", "flac:bits=16,rate=44100", "mp3:cbr=320", "mp3:vbr=0", "opus:128", "wav"])
def test_every_format_arrives_whole_and_valid_and_the_same_again(
    fmt: str, own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    order = serving.bought(shop, fmt)
    with serving.serving(own_database) as running:
        for track in shop.tracks:
            address = running.url(serving.link(order, fmt, track))
            first, again = client.get(address), client.get(address)
            assert first.status_code == again.status_code == 200
            assert first.content == again.content
            assert first.headers["etag"] == again.headers["etag"]
            part = client.get(address, headers={"Range": "bytes=1000-70999", "If-Range": first.headers["etag"]})
            assert (part.status_code, part.content) == (206, first.content[1000:71_000])
            path = tmp_path / blueprints.blueprint(track, shop.release, parse(fmt)).name
            path.write_bytes(first.content)
            players.is_clean(path)
            eventually(MadeFile.objects.filter(sha256=hashlib.sha256(first.content).hexdigest()).exists)


def test_a_flac_holds_the_masters_own_samples(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    order = serving.bought(shop, "flac")
    with serving.serving(own_database) as running:
        for track in shop.tracks:
            path = tmp_path / f"{track.number}.flac"
            path.write_bytes(client.get(running.url(serving.link(order, "flac", track))).content)
            assert decode.verify(path).pcm_md5 == track.master.pcm_md5


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


@pytest.mark.parametrize("fmt", sampling.sample("long track", ["mp3:cbr=320", "flac"], 1))
def test_audio_arrives_before_a_quarter_of_a_long_track_is_cut(
    fmt: str, own_database: OwnDatabase, long_shop: shops.Shop, client: httpx.Client
) -> None:
    order = serving.bought(long_shop, fmt, long_shop.tracks[0])
    track = long_shop.tracks[0]
    plan = blueprints.blueprint(track, long_shop.release, parse(fmt))
    audio_from = len(plan.head(None))
    with (
        serving.serving(own_database, LATHE_ENCODERS="1") as running,
        client.stream("GET", running.url(serving.link(order, fmt, track))) as response,
    ):
        chunks, got = response.iter_raw(), 0
        while got <= audio_from + 4096:
            got += len(next(chunks))
        [worker] = running.workers()
        os.kill(worker, signal.SIGSTOP)
        cut = sum(path.stat().st_size for path in spooled(own_database))
        os.kill(worker, signal.SIGCONT)
        whole = got + sum(len(chunk) for chunk in chunks)
        assert cut < whole / 4, f"{cut} of {whole} bytes were cut when the first audio came"


def test_audio_of_an_hour_arrives_before_a_quarter_is_cut_and_none_once_the_encoder_stands_still(
    own_database: OwnDatabase, hour_shop: shops.Shop
) -> None:
    track = hour_shop.tracks[0]
    order = serving.bought(hour_shop, "mp3:cbr=320", track)
    audio_from = len(blueprints.blueprint(track, hour_shop.release, parse("mp3:cbr=320")).head(None))
    with (
        serving.serving(own_database, LATHE_ENCODERS="1") as running,
        httpx.Client(timeout=httpx.Timeout(PATIENCE_S, read=5.0), trust_env=False) as client,
        client.stream("GET", running.url(serving.link(order, "mp3:cbr=320", track))) as response,
    ):
        chunks, got = response.iter_raw(), 0
        while got <= audio_from + 4096:
            got += len(next(chunks))
        [worker] = running.workers()
        os.kill(worker, signal.SIGSTOP)
        try:
            with pytest.raises(httpx.ReadTimeout):
                for chunk in chunks:
                    got += len(chunk)
        finally:
            os.kill(worker, signal.SIGCONT)
        assert got < int(response.headers["content-length"]) / 4


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


@pytest.mark.parametrize("fmt", ["flac", "mp3:cbr=192"])
def test_a_release_comes_as_one_zip_that_every_tool_opens(
    fmt: str, own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    order = serving.bought(shop, fmt)
    with serving.serving(own_database) as running:
        address = running.url(serving.link(order, fmt, None))
        path = tmp_path / "release.zip"
        path.write_bytes(client.get(address).content)
        eventually(lambda: client.head(address).headers.get("content-length") == str(path.stat().st_size))
        assert client.get(address).content == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert [name.rpartition("/")[2] for name in names] == [
        *(f"{number:02d} Prélude no. {number}.{fmt.partition(':')[0]}" for number in (1, 2)),
        *("cover.jpg", "SHA256SUMS"),
    ]
    assert all("Préludes, op. 28" in name for name in names)
    for command in (("unzip", "-tqq"), ("7z", "t", "-bso0"), ("bsdtar", "-tf")):
        assert players.run(*command, path).returncode == 0, command


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
