"""A buyer's page hears over one stream what becomes of a cut; nobody else's does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lathe.sales import letters
from lathe.sales.models import Order
from tests import serving, shops
from tests.plugins.databases import OwnDatabase
from tests.serving import DEMO, Running

GIGUE = DEMO / "bach-cello-suite-1" / "02-gigue.flac"
PRELUDE = DEMO / "chopin-preludes-op-28" / "03-prelude-no-20.flac"
PATIENCE_S = 120.0


@pytest.fixture
def shop(own_database: OwnDatabase, tmp_path: Path) -> shops.Shop:
    return serving.stocked(serving.tagged(tmp_path / "delivery" / "music", [GIGUE, PRELUDE]))


@pytest.fixture
def order(shop: shops.Shop) -> Order:
    return serving.bought(shop, "flac")


@pytest.fixture
def running(own_database: OwnDatabase, order: Order) -> Iterator[Running]:
    with serving.serving(own_database, LATHE_ENCODERS="1", LATHE_JOBS_IN_WEB="0") as found:
        yield found


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE_S, trust_env=False, follow_redirects=True) as made:
        yield made


def events(response: httpx.Response) -> Iterator[tuple[str, dict[str, object]]]:
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def library(client: httpx.Client, running: Running, order: Order) -> str:
    """The library page of whoever has the mailed link."""
    return client.get(running.url(urlsplit(letters.library_link(order)).path)).text


def test_the_stream_tells_of_a_cut_from_the_first_word_to_the_last(
    running: Running, shop: shops.Shop, order: Order, client: httpx.Client
) -> None:
    page = library(client, running, order)
    [cut] = re.findall(r'data-cut="([^"]+)" data-waits', page)
    archive = running.url(serving.link(order, "flac", None).removesuffix("file") + "music.zip")
    told: list[tuple[str, dict[str, object]]] = []

    with (
        ThreadPoolExecutor(1) as beside,
        client.stream("GET", running.url("/library/news/"), params={"cut": cut}) as response,
    ):
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["x-accel-buffering"] == "no"
        assert "no-transform" in response.headers["cache-control"]
        for name, content in events(response):
            if not told:
                beside.submit(httpx.get, archive, timeout=PATIENCE_S, trust_env=False)
            told.append((name, content))

    cuts = [content for name, content in told if name == "cut"]
    assert cuts[0]["state"] == "expected"
    assert (cuts[-1]["state"], cuts[-1]["percent"]) == ("made", 100)
    percents = [int(str(one["percent"])) for one in cuts]
    assert percents == sorted(percents)
    assert told[-1][0] == "end"
    assert "data-cut" not in library(client, running, order)


def test_a_stranger_and_nonsense_hear_nothing(running: Running, shop: shops.Shop, client: httpx.Client) -> None:
    asked = [f"{shop.release.uid}~flac~", "nonsense", "~", "\0~\0~\0", *["x"] * 50]
    with client.stream("GET", running.url("/library/news/"), params={"cut": asked}) as response:
        assert [name for name, _ in events(response)] == ["end"]
