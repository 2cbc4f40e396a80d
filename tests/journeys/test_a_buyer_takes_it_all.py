"""A buyer takes a whole library, by archive or by list, with the programs that people have, through broken lines."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from lathe.audio import decode
from lathe.audio.formats import parse
from lathe.delivery import blueprints, links
from lathe.delivery.links import FileLink
from lathe.delivery.models import MadeFile, Rendition
from tests import serving, shops
from tests.contracts.audio import masters
from tests.plugins import sampling
from tests.plugins.databases import OwnDatabase
from tests.serving import DEMO, Running
from tests.waiting import eventually

GIGUE = DEMO / "bach-cello-suite-1" / "02-gigue.flac"
HIRES = DEMO / "chopin-preludes-op-28" / "02-prelude-no-7.flac"
PATIENCE_S = 120.0
ROOT = DEMO.parents[1]
TESTS = {
    ".zip": (["unzip", "-tqq"], ["7z", "t", "-bso0"], ["bsdtar", "-tf"]),
    ".tar": (["tar", "-tf"], ["bsdtar", "-tf"]),
}
UNPACK = {".zip": ["unzip", "-q"], ".tar": ["tar", "-xf"]}
FETCH = {
    "curl": ["curl", "-q", "--noproxy", "*", "-sS", "--fail", "-C", "-", "-o", "NAME", "URL"],
    "wget": ["wget", "--no-config", "--no-proxy", "-q", "-c", "-O", "NAME", "URL"],
    "aria2c": ["aria2c", "--no-conf", "--no-proxy=*", "-q", "-c", "-x4", "-s4", "-k1M", "-o", "NAME", "URL"],
}
"""How each program goes on with a file of which a part is there."""


@pytest.fixture(scope="module")
def long_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some minutes, so that there is time to hang up: the gigue four times."""
    gigue = np.concatenate(list(decode.pcm_blocks(GIGUE)))
    return masters.write(tmp_path_factory.mktemp("long") / "long.flac", np.tile(gigue, (4, 1)), 44_100, 16)


def library(fmt: str = "", folders: str = "") -> FileLink:
    """All that the buyer owns."""
    return FileLink(shops.buyer().uid, None, None, fmt, folders=folders)


def archive_url(running: Running, link: FileLink, name: str) -> str:
    return running.url(f"/d/{links.file_token(link)}/{name}")


def list_url(running: Running, link: FileLink, name: str) -> str:
    return running.url(f"/l/{links.list_token(link)}/{name}")


def run(*command: str | Path, within: Path) -> None:
    done = subprocess.run(command, cwd=within, capture_output=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 0, (command, done.stdout, done.stderr)


def dropped(client: httpx.Client, url: str, target: Path, after_bytes: int) -> None:
    """Begin a download, and lose the line after so many bytes."""
    with client.stream("GET", url) as response, target.open("wb") as file:
        for chunk in response.iter_raw():
            file.write(chunk[: after_bytes - file.tell()])
            if file.tell() == after_bytes:
                return
    raise AssertionError("It was all there before the line was lost.")


@pytest.mark.needs_program("unzip", "7z", "bsdtar")
@pytest.mark.parametrize(
    ("fmt", "suffix"), sampling.sample("library", [(f, s) for f in ("", "mp3:vbr=0") for s in (".zip", ".tar")], 3)
)
def test_a_library_comes_whole_with_checksums_that_hold(
    fmt: str, suffix: str, own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    serving.bought(shop, "flac")
    path = tmp_path / f"library{suffix}"
    with serving.serving(own_database) as running:
        url = archive_url(running, library(fmt, "{artist}/{year} {album}/{track} {title}"), path.name)
        first = client.get(url)
        path.write_bytes(first.content)
        # Each file's size is known once it is stored, which its buyer need not wait for.
        eventually(lambda: client.head(url).headers.get("content-length") == str(len(first.content)))
        assert client.head(url).headers["etag"] == first.headers["etag"]
    for command in TESTS[suffix]:
        run(*command, path, within=tmp_path)
    target = tmp_path / "unpacked"
    target.mkdir()
    run(*UNPACK[suffix], path, within=target)
    folder = target / "Frédéric Chopin" / "2024 Préludes, op. 28"
    assert len(list(folder.iterdir())) == 4
    run("sha256sum", "--check", "--strict", "SHA256SUMS", within=folder)


@pytest.mark.parametrize("fmt", ["mp3:cbr=320", "flac"])
def test_an_archive_whose_line_is_lost_goes_on_where_it_was(
    fmt: str, own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    serving.bought(shop, "flac")
    path = tmp_path / "library.zip"
    with serving.serving(own_database) as running:
        url = archive_url(running, library(fmt), path.name)
        etag = client.head(url).headers["etag"]
        dropped(client, url, path, 1_000_000)
        rest = client.get(url, headers={"Range": "bytes=1000000-", "If-Range": etag})
        assert (rest.status_code, rest.headers["etag"]) == (206, etag)
        with path.open("ab") as file:
            file.write(rest.content)
        assert client.get(url).content == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


def test_an_archive_goes_on_after_the_shop_was_killed(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    serving.bought(shop, "flac")
    path, link = tmp_path / "library.tar", library("mp3:cbr=320")
    with serving.serving(own_database) as running:
        url = archive_url(running, link, path.name)
        etag = client.head(url).headers["etag"]
        dropped(client, url, path, 500_000)
        running.process.kill()
    with serving.serving(own_database) as again:
        url = archive_url(again, link, path.name)
        rest = client.get(url, headers={"Range": "bytes=500000-", "If-Range": etag})
        assert rest.status_code == 206
        assert path.read_bytes() + rest.content == client.get(url).content


def test_parts_of_an_archive_fetched_at_the_same_time_before_anything_is_cut_make_the_whole(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    serving.bought(shop, "flac")
    with serving.serving(own_database) as running:
        url = archive_url(running, library("wav"), "library.zip")
        assert not Rendition.objects.exists()
        run(*(part.replace("NAME", "library.zip").replace("URL", url) for part in FETCH["aria2c"]), within=tmp_path)
        assert (tmp_path / "library.zip").read_bytes() == client.get(url).content


@pytest.mark.needs_program("curl", "wget", "aria2c")
@pytest.mark.parametrize(
    ("fmt", "program"),
    sampling.sample("dropped", [(fmt, name) for fmt in ("flac", "mp3:cbr=320") for name in FETCH], 3),
)
def test_a_first_download_that_is_dropped_is_brought_to_the_published_checksum(
    fmt: str, program: str, own_database: OwnDatabase, long_shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    track = long_shop.tracks[0]
    order = serving.bought(long_shop, fmt, track)
    with serving.serving(own_database) as running:
        url = running.url(serving.link(order, fmt, track))
        dropped(client, url, tmp_path / "got", 300_000)
        if program == "aria2c":
            # It goes on only where it is told the length, which for FLAC is known once it is made.
            client.get(f"{url}.sha256")
        run(*(part.replace("NAME", "got").replace("URL", url) for part in FETCH[program]), within=tmp_path)
        published = client.get(f"{url}.sha256").text
    key = blueprints.blueprint(track, long_shop.release, parse(fmt)).key
    sha256 = hashlib.sha256((tmp_path / "got").read_bytes()).hexdigest()
    assert (MadeFile.objects.get(key=key).sha256, published) == (sha256, f"{sha256}  file\n")


@pytest.mark.needs_program("aria2c")
def test_aria2_takes_a_metalink_and_its_own_list(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    serving.bought(shop, "flac")
    aria2c = ["aria2c", "--no-conf", "--no-proxy=*", "-q", "-x4", "-s4", "-k1M"]
    with serving.serving(own_database) as running:
        link = library("opus:128", "{album}/{track}")
        run(*aria2c, list_url(running, link, "links.meta4"), within=tmp_path)
        # A file is published a moment after its last byte was sent.
        eventually(lambda: MadeFile.objects.count() == 2)
        sums = client.get(list_url(running, link, "SHA256SUMS")).text
        (tmp_path / "SHA256SUMS").write_text(sums)
        run("sha256sum", "--check", "--strict", "SHA256SUMS", within=tmp_path)
        listed = client.get(list_url(running, link, "aria2.txt")).text
        assert listed.count("checksum=sha-256=") == 2
        (tmp_path / "again").mkdir()
        (tmp_path / "aria2.txt").write_text(listed)
        run(*aria2c, "-d", "again", "-i", "aria2.txt", within=tmp_path)
        run("sha256sum", "--check", "--strict", "../SHA256SUMS", within=tmp_path / "again")


@pytest.mark.needs_program("wget")
def test_wget_takes_the_plain_list_and_curl_each_checksum(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    serving.bought(shop, "flac")
    with serving.serving(own_database) as running:
        link = library("mp3:cbr=192")
        listed = client.get(list_url(running, link, "links.txt")).text
        (tmp_path / "links.txt").write_text(listed)
        run("wget", "--no-config", "--no-proxy", "-q", "-c", "-i", "links.txt", within=tmp_path)
        for url in listed.split():
            name = url.rpartition("/")[2]
            (tmp_path / f"{name}.sha256").write_text(client.get(f"{url}.sha256").text)
            run("sha256sum", "--check", "--strict", f"{name}.sha256", within=tmp_path)
        (tmp_path / "links.sha256").write_text(client.get(list_url(running, link, "links.sha256")).text)
        run("sha256sum", "--check", "--strict", "links.sha256", within=tmp_path)


def test_a_checksum_of_an_archive_and_a_name_that_is_none_are_answered_in_words(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    serving.bought(shop, "mp3:cbr=320", shop.tracks[1])
    own = FileLink(shops.buyer().uid, shop.release.uid, shop.tracks[1].uid, "mp3:cbr=320")
    with serving.serving(own_database) as running:
        archive = client.get(archive_url(running, library(), "library.zip.sha256"))
        assert (archive.status_code, "SHA256SUMS" in archive.text) == (404, True)
        odd = client.get(running.url(f"/d/{links.file_token(own)}/a%0Ab%5Cc.sha256"))
        assert re.fullmatch(r"[0-9a-f]{64}  a_b_c\n", odd.text)


def test_a_track_whose_encoder_dies_breaks_the_archive_and_the_next_attempt_is_whole(
    own_database: OwnDatabase, long_shop: shops.Shop, client: httpx.Client
) -> None:
    serving.bought(long_shop, "flac", long_shop.tracks[0])
    with serving.serving(own_database, LATHE_ENCODERS="1") as running:
        url = archive_url(running, library("mp3:cbr=320"), "library.zip")
        with pytest.raises(httpx.RemoteProtocolError), client.stream("GET", url) as response:
            for chunk in response.iter_raw():
                if chunk:
                    serving.kill(running.workers())
        whole = client.get(url)
        assert int(whole.headers["content-length"]) == len(whole.content)


def test_an_operator_makes_what_is_owned_and_gets_its_sizes_and_checksums(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    serving.bought(shop, "flac")
    asked = [sys.executable, "-m", "lathe.cli.main", "library", "links", "buyer@example.com", "--format", "mp3:vbr=2"]

    def told(*options: str) -> list[dict[str, Any]]:
        command = [*asked, "--json", *options]
        done = subprocess.run(command, env=own_database.environ, capture_output=True, check=True, timeout=PATIENCE_S)
        return list(json.loads(done.stdout))

    assert [(file["size"], file["sha256"]) for file in told()] == [(None, None)] * 2
    made = told("--make")
    with serving.serving(own_database) as running:
        for file in made:
            content = client.get(running.url(urlsplit(file["url"]).path)).content
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
    assert [file["sha256"] for file in told()] == [file["sha256"] for file in made]


EXAMPLES = re.findall(r"```sh\n(.*?)\n```", (ROOT / "docs" / "downloading.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.needs_program("aria2c", "wget", "curl")
def test_every_example_for_buyers_does_what_it_says(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client, tmp_path: Path
) -> None:
    serving.bought(shop, "flac")
    track = replace(library("mp3:cbr=192"), release_uid=shop.release.uid, track_uid=shop.tracks[0].uid)
    environ = {**os.environ, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1", "HOME": str(tmp_path)}
    with serving.serving(own_database) as running:
        for number, example in enumerate(EXAMPLES):
            folder = tmp_path / str(number)
            folder.mkdir()
            archive = archive_url(running, library("mp3:cbr=192"), "music.tar" if "tar -x" in example else "music.zip")
            file = running.url(f"/d/{links.file_token(track)}/01.mp3")
            command = example.replace("URL", file if ".sha256" in example else archive)
            command = command.replace("LIST/", list_url(running, library("mp3:cbr=192"), ""))
            done = subprocess.run(
                ["bash", "-c", f"set -o pipefail; {command}"],
                cwd=folder,
                env=environ,
                capture_output=True,
                check=False,
                timeout=PATIENCE_S,
            )
            assert done.returncode == 0, (example, done.stdout, done.stderr)
            sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
            assert max(sizes) > 500_000, example
    assert len(EXAMPLES) == 8
