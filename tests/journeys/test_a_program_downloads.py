"""A program downloads by all that RFC 9110 offers it: heads, conditions, one range and many, digests."""

from __future__ import annotations

import base64
import email.parser
import email.policy
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lathe.delivery.models import CutLease, MadeFile, Rendition
from lathe.web.ranges import MOST_RANGES
from tests import serving, shops
from tests.plugins import sampling
from tests.plugins.databases import OwnDatabase
from tests.serving import DEMO, Running
from tests.waiting import eventually

GIGUE = DEMO / "bach-cello-suite-1" / "02-gigue.flac"
PRELUDE = DEMO / "chopin-preludes-op-28" / "03-prelude-no-20.flac"
PATIENCE_S = 120.0


@pytest.fixture
def shop(own_database: OwnDatabase, tmp_path: Path) -> shops.Shop:
    return serving.stocked(serving.tagged(tmp_path / "delivery" / "music", [GIGUE, PRELUDE]))


@pytest.fixture
def running(own_database: OwnDatabase, shop: shops.Shop) -> Iterator[Running]:
    with serving.serving(own_database) as found:
        yield found


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE_S, trust_env=False) as made:
        yield made


def address(running: Running, shop: shops.Shop, fmt: str, *, whole: bool = False) -> str:
    """The address of the first track, bought in a format; of the whole release as an archive."""
    track = None if whole else shop.tracks[0]
    path = serving.link(serving.bought(shop, fmt, track), fmt, track)
    return running.url(f"{path.removesuffix('file')}music.zip" if whole else path)


def parts_of(answer: httpx.Response) -> list[tuple[str, bytes]]:
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    read = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + answer.content)
    return [(one["Content-Range"], one.get_payload(decode=True)) for one in read.iter_parts()]


def test_a_head_and_a_failed_condition_cut_nothing(running: Running, shop: shops.Shop, client: httpx.Client) -> None:
    for fmt in ("flac", "mp3:cbr=320", "mp3:vbr=0"):
        url = address(running, shop, fmt)
        head = client.head(url)
        etag = head.headers["etag"]
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["accept-ranges"] == "bytes"
        assert ("content-length" in head.headers) is (fmt == "mp3:cbr=320")
        sums = client.head(url + ".sha256")
        assert (sums.status_code, int(sums.headers["content-length"])) == (200, 64 + len("  file\n"))
        for name, value, status in (
            ("If-None-Match", etag, 304),
            ("If-None-Match", f'"x", W/{etag}', 304),
            ("If-None-Match", "*", 304),
            ("If-Match", '"x"', 412),
            ("If-Match", f"W/{etag}", 412),
        ):
            for method in ("HEAD", "GET"):
                answer = client.request(method, url, headers={name: value})
                assert (answer.status_code, answer.content, answer.headers["etag"]) == (status, b"", etag)
                assert status != 304 or "content-length" not in answer.headers
    assert not CutLease.objects.exists()
    assert not Rendition.objects.exists()


def test_the_head_of_what_was_made_is_that_of_the_file(
    running: Running, shop: shops.Shop, client: httpx.Client
) -> None:
    url = address(running, shop, "flac")
    body = client.get(url, headers={"Accept-Encoding": "gzip, br, zstd"})
    eventually(MadeFile.objects.exists)

    head, refused = client.head(url), client.head(url, headers={"Want-Repr-Digest": "sha-256=0"})

    assert "content-encoding" not in body.headers
    assert "no-transform" in body.headers["cache-control"]
    assert int(head.headers["content-length"]) == len(body.content)
    digest = base64.b64encode(hashlib.sha256(body.content).digest()).decode()
    assert head.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert "repr-digest" not in refused.headers
    assert client.get(url, headers={"If-Match": head.headers["etag"]}).content == body.content


def test_several_ranges_come_in_one_answer_before_and_after_the_file_is_made(
    running: Running, shop: shops.Shop, client: httpx.Client
) -> None:
    for fmt in ("wav", "mp3:cbr=192", "opus:96", "mp3:vbr=4"):
        url = address(running, shop, fmt)
        asked = "bytes=100000-100999, 0-99, 50-149, -10"
        early = client.get(url, headers={"Range": asked})
        whole = client.get(url).content
        late = client.get(url, headers={"Range": asked, "If-Range": early.headers["etag"]})

        size = len(whole)
        for answer in (early, late):
            assert answer.status_code == 206
            assert "content-range" not in answer.headers
            assert parts_of(answer) == [
                (f"bytes 100000-100999/{size}", whole[100_000:101_000]),
                (f"bytes 0-149/{size}", whole[:150]),
                (f"bytes {size - 10}-{size - 1}/{size}", whole[-10:]),
            ]


def test_drawn_sets_of_ranges_are_answered_alike_from_a_file_and_an_archive(
    running: Running, shop: shops.Shop, client: httpx.Client
) -> None:
    draw = random.Random(sampling.seed())
    for url in (address(running, shop, "mp3:cbr=128"), address(running, shop, "flac", whole=True)):
        whole = client.get(url).content
        for _ in range(6):
            starts = [draw.randrange(len(whole)) for _ in range(draw.randint(1, 5))]
            asked = ",".join(f"{start}-{start + draw.randrange(5000)}" for start in starts)
            answer = client.get(url, headers={"Range": f"bytes={asked}"})
            found = (
                parts_of(answer)
                if "content-range" not in answer.headers
                else [(answer.headers["content-range"], answer.content)]
            )
            for place, content in found:
                first, last = place.removeprefix("bytes ").partition("/")[0].split("-")
                assert content == whole[int(first) : int(last) + 1]
            held = [place.removeprefix("bytes ").partition("/")[0].split("-") for place, _ in found]
            assert all(any(int(low) <= start <= int(high) for low, high in held) for start in starts)


def test_what_cannot_be_satisfied_is_refused_with_the_size_and_nonsense_gets_the_whole(
    running: Running, shop: shops.Shop, client: httpx.Client
) -> None:
    url = address(running, shop, "wav")
    size = len(client.get(url).content)
    many = ",".join(f"{n * 1000}-{n * 1000}" for n in range(MOST_RANGES + 1))
    for asked in (f"bytes={size}-", "bytes=-0", f"bytes={many}"):
        answer = client.get(url, headers={"Range": asked})
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")
    for asked in ("bytes=5-1", "seconds=1-2", "bytes=a-"):
        assert client.head(url, headers={"Range": asked}).status_code == 200
        with client.stream("GET", url, headers={"Range": asked}) as answer:
            assert (answer.status_code, int(answer.headers["content-length"])) == (200, size)
