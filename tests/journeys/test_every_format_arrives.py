"""A buyer downloads: each format whole and valid, its first audio while the rest is cut, a release as one archive."""

from __future__ import annotations

import hashlib
import os
import signal
import zipfile
from pathlib import Path

import httpx
import pytest

from lathe.audio import decode
from lathe.audio.formats import parse
from lathe.delivery import blueprints
from lathe.delivery.models import MadeFile
from tests import serving, shops
from tests.contracts.audio import players
from tests.journeys.conftest import PATIENCE_S, spooled
from tests.plugins import sampling
from tests.plugins.databases import OwnDatabase
from tests.waiting import eventually


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
