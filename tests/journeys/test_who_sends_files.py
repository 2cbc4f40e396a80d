"""Finished files are sent by nginx or by the store where the operator says so: the same bytes, by the same rules."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings

from lathe.audio.formats import parse
from lathe.delivery import blueprints, cache, whole
from lathe.delivery.models import Rendition
from tests import serving, shops
from tests.plugins import objects, programs
from tests.plugins.databases import OwnDatabase
from tests.serving import DEMO
from tests.waiting import eventually

GIGUE = DEMO / "bach-cello-suite-1" / "02-gigue.flac"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "running-at-scale.md"
PATIENCE_S = 120.0


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE_S, trust_env=False) as made:
        yield made


@contextmanager
def nginx(shop: str, renditions: Path, folder: Path) -> Iterator[str]:
    """The address of a real nginx in front of a shop, set up by the example of docs/running-at-scale.md."""
    program = programs.need("nginx")
    examples = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    [example] = [found for found in examples if "internal;" in found]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = example.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("http://127.0.0.1:8000", shop)
    server = server.replace("/srv/lathe/renditions/", f"{renditions}/")
    kept = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    frame = f"pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {kept} {server} }}"
    user = "user root; " if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(f"daemon off; master_process off; {user}{frame}", encoding="utf-8")
    with subprocess.Popen([program, "-c", folder / "nginx.conf", "-p", folder]) as process:
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=20), trust_env=False) as knocking:
                knocking.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_S)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def shop(own_database: OwnDatabase, tmp_path: Path) -> shops.Shop:
    return serving.stocked(serving.tagged(tmp_path / "delivery" / "music", [GIGUE]))


def is_whole(plan: blueprints.Blueprint) -> bool:
    return Rendition.objects.filter(key=plan.key, format=whole.FORMAT, is_stored=True).exists()


@pytest.mark.needs_program("nginx")
def test_nginx_sends_what_is_finished_and_the_shop_what_is_not(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    fmt = "opus:96"  # whose pages are numbered anew behind the head, so that the body alone is not the file
    plan = blueprints.blueprint(shop.tracks[0], shop.release, parse(fmt))
    path = serving.link(serving.bought(shop, fmt, shop.tracks[0]), fmt, shop.tracks[0])
    with (
        serving.serving(own_database, LATHE_SENDS="nginx", LATHE_PROXIES="1") as running,
        nginx(running.address, own_database.home / "renditions", tmp_path) as front,
    ):
        url = front + path
        first = client.get(url)
        eventually(lambda: is_whole(plan))
        told = client.get(running.url(path))
        again = client.get(url)

        assert (told.status_code, told.content) == (200, b"")
        assert told.headers["x-accel-redirect"].endswith(plan.key)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.content == first.content
        digest = base64.b64encode(hashlib.sha256(again.content).digest()).decode()
        assert again.headers["repr-digest"] == f"sha-256=:{digest}:"
        for name in ("etag", "content-type", "content-disposition", "cache-control", "accept-ranges"):
            assert again.headers[name] == first.headers[name]
        assert "last-modified" not in again.headers
        assert "x-accel-redirect" not in again.headers
        _check_conditions_and_ranges(client, url, again)
        assert client.get(front + told.headers["x-accel-redirect"]).status_code == 404


def _check_conditions_and_ranges(client: httpx.Client, url: str, whole_file: httpx.Response) -> None:
    etag, content = whole_file.headers["etag"], whole_file.content
    size = len(content)
    part = client.get(url, headers={"Range": "bytes=1000-69999"})
    assert (part.status_code, part.content) == (206, content[1000:70_000])
    assert part.headers["content-range"] == f"bytes 1000-69999/{size}"
    resumed = client.get(url, headers={"Range": "bytes=1000-", "If-Range": etag})
    assert (resumed.status_code, resumed.content) == (206, content[1000:])
    stale = client.get(url, headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (stale.status_code, stale.content) == (200, content)
    dated = client.get(url, headers={"If-Modified-Since": "Tue, 24 Nov 2099 12:00:00 GMT"})
    assert dated.status_code == 200
    beyond = client.get(url, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    several = client.get(url, headers={"Range": "bytes=0-99,5000-5099"})
    assert several.status_code == 206
    assert several.headers["content-type"].startswith("multipart/byteranges")
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(url, headers={"If-Match": etag}).content == content
    assert client.get(url, headers={"If-Match": '"another"'}).status_code == 412
    assert int(client.head(url).headers["content-length"]) == size


def test_a_store_sends_what_is_finished_by_an_address_of_its_own(
    own_database: OwnDatabase, moto_url: str, client: httpx.Client, tmp_path: Path, settings: LazySettings
) -> None:
    where = objects.url_of(objects.bucket(moto_url))
    settings.LATHE_RENDITIONS_URL = where
    shop = serving.stocked(serving.tagged(tmp_path / "delivery" / "music", [GIGUE]))
    plan = blueprints.blueprint(shop.tracks[0], shop.release, parse("flac"))
    path = serving.link(serving.bought(shop, "flac", shop.tracks[0]), "flac", shop.tracks[0])
    with serving.serving(own_database, LATHE_SENDS="store", LATHE_RENDITIONS_URL=where) as running:
        first = client.get(running.url(path))
        eventually(lambda: is_whole(plan))
        led = client.get(running.url(path))

        assert (first.status_code, led.status_code) == (200, 302)
        assert led.headers["cache-control"] == first.headers["cache-control"]
        sent = client.get(led.headers["location"])
        assert sent.content == first.content
        assert "01%20Pr%C3%A9lude" in sent.headers["content-disposition"]
        resumed = client.get(running.url(path), headers={"Range": "bytes=9-", "If-Range": first.headers["etag"]})
        assert (resumed.status_code, resumed.content) == (206, first.content[9:])
    # An address that was given out leads to the file for hours: it may not be evicted meanwhile.
    assert not cache.evict(plan.key)


def test_a_whole_file_that_was_evicted_is_sent_by_the_shop_and_stored_anew(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    plan = blueprints.blueprint(shop.tracks[0], shop.release, parse("mp3:cbr=128"))
    path = serving.link(serving.bought(shop, "mp3:cbr=128", shop.tracks[0]), "mp3:cbr=128", shop.tracks[0])
    with serving.serving(own_database, LATHE_SENDS="nginx") as running:
        content = client.get(running.url(path)).content
        eventually(lambda: is_whole(plan))
        # It is held until the connection has given the last byte away.
        eventually(lambda: cache.evict(plan.key))
        assert client.get(running.url(path)).content == content
        eventually(lambda: is_whole(plan))


def test_a_whole_file_that_is_not_what_was_published_is_never_handed_over(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    plan = blueprints.blueprint(shop.tracks[0], shop.release, parse("mp3:cbr=128"))
    path = serving.link(serving.bought(shop, "mp3:cbr=128", shop.tracks[0]), "mp3:cbr=128", shop.tracks[0])
    with serving.serving(own_database, LATHE_SENDS="nginx") as running:
        content = client.get(running.url(path)).content
        eventually(lambda: is_whole(plan))
        Rendition.objects.filter(key=plan.key).update(sha256="0" * 64)
        again = client.get(running.url(path))
        assert ("x-accel-redirect" in again.headers, again.content) == (False, content)
        digest = hashlib.sha256(content).hexdigest()
        eventually(Rendition.objects.filter(key=plan.key, sha256=digest, is_stored=True).exists)
