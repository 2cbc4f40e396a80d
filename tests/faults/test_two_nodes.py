"""Two processes serve one shop: on PostgreSQL two nodes with a data folder each and their stores in S3, on SQLite two
processes in one data folder. One of them cuts; the other waits for it, and takes over when it dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings
from django.db import connection

from lathe.delivery.models import CutLease, Rendition
from tests import serving, shops
from tests.contracts.audio import masters
from tests.plugins import objects
from tests.plugins.databases import OwnDatabase
from tests.serving import Running
from tests.waiting import eventually

FMT = "mp3:cbr=192"
PATIENCE_S = 90.0


@dataclass
class Node:
    """A process that serves, and its data folder."""

    running: Running
    home: Path

    def cuts(self) -> list[Path]:
        """The bodies that grow at this node."""
        return list((self.home / "spool").glob(f"pool-{self.running.process.pid}-*/*.body"))

    def worker(self) -> int:
        eventually(lambda: bool(self.running.workers()))
        return self.running.workers()[0]


@dataclass
class Nodes:
    """Two nodes of one shop, and a file to ask both for."""

    one: Node
    two: Node
    path: str


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return masters.make(tmp_path_factory.mktemp("masters"), masters.Master("five seconds", samples=220_500))


@pytest.fixture
def environ(own_database: OwnDatabase, settings: LazySettings, moto_url: str) -> dict[str, str]:
    """What both nodes are told."""
    told = {**own_database.environ, "LATHE_ENCODERS": "1"}
    if connection.vendor == "postgresql":
        url = objects.url_of(objects.bucket(moto_url))
        settings.LATHE_MASTERS_URL = settings.LATHE_RENDITIONS_URL = url
        told |= {"LATHE_MASTERS_URL": url, "LATHE_RENDITIONS_URL": url}
    return told


@pytest.fixture
def shop(environ: dict[str, str], master: Path) -> shops.Shop:
    return serving.stocked_with(master)


@pytest.fixture
def nodes(shop: shops.Shop, environ: dict[str, str], own_database: OwnDatabase, tmp_path: Path) -> Iterator[Nodes]:
    home = own_database.home if connection.vendor == "sqlite" else tmp_path / "two"
    order = serving.bought(shop, FMT, shop.tracks[0])
    with ExitStack() as stack:
        one, two = (
            Node(stack.enter_context(serving.started({**environ, "LATHE_HOME": str(own)}, tmp_path / "log")), own)
            for own in (own_database.home, home)
        )
        yield Nodes(one, two, serving.link(order, FMT, shop.tracks[0]))


@contextmanager
def stopped(worker: int) -> Iterator[None]:
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


@contextmanager
def asked() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def get(node: Node, path: str) -> bytes:
    answer = httpx.get(node.running.url(path), timeout=PATIENCE_S, trust_env=False)
    assert answer.status_code == 200
    return answer.content


def begun_at_one(nodes: Nodes, threads: ThreadPoolExecutor) -> Future[bytes]:
    """Ask the first node, whose encoder is stopped; returns once it is at it."""
    first = threads.submit(get, nodes.one, nodes.path)
    eventually(CutLease.objects.exists)
    return first


def begins_at_two(nodes: Nodes) -> Iterator[bytes]:
    """Ask the second node; its head comes at once, whoever makes the body."""
    with httpx.stream("GET", nodes.two.running.url(nodes.path), timeout=PATIENCE_S, trust_env=False) as answer:
        assert answer.status_code == 200
        yield from answer.iter_raw()


def test_the_second_waits_for_the_first_and_sends_the_same_bytes(nodes: Nodes) -> None:
    with asked() as threads:
        with stopped(nodes.one.worker()):
            first = begun_at_one(nodes, threads)
            second = begins_at_two(nodes)
            got = next(second)
            assert nodes.two.cuts() == []
        got += b"".join(second)
        assert nodes.two.cuts() == []
        assert got == first.result()
    eventually(Rendition.objects.filter(is_stored=True).exists)
    eventually(lambda: not CutLease.objects.exists())


def test_the_second_takes_over_when_the_first_is_killed(nodes: Nodes) -> None:
    with asked() as threads:
        worker = nodes.one.worker()
        os.kill(worker, signal.SIGSTOP)
        first = begun_at_one(nodes, threads)
        second = begins_at_two(nodes)
        got = next(second)
        nodes.one.running.process.kill()
        os.kill(worker, signal.SIGKILL)
        assert isinstance(first.exception(), httpx.HTTPError)
        got += b"".join(second)
    assert get(nodes.two, nodes.path) == got
    eventually(Rendition.objects.filter(is_stored=True).exists)
    assert Rendition.objects.count() == 1
