"""A buyer's player asks for the middle of a file: before it is cut, and after it was cut and thrown away."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest

from lathe.audio import decode, pieces
from lathe.audio.formats import parse
from lathe.catalogue.models import Release
from lathe.delivery import blueprints, rules, tagging
from lathe.delivery.models import MadeFile, Rendition
from lathe.objects import stores
from tests import serving, shops
from tests.contracts.audio import masters
from tests.plugins import sampling
from tests.plugins.databases import OwnDatabase
from tests.serving import DEMO, Running
from tests.waiting import eventually

GIGUE = DEMO / "bach-cello-suite-1" / "02-gigue.flac"
PATIENCE_S = 120.0
WITHOUT_THE_OTHER_S = 10.0
MOST = 200_000
THROWN_AWAY = ["flac", "mp3:cbr=256", "mp3:vbr=2", "wav", "opus:96,mode=hard"]
FIRST_CUT = ["mp3:cbr=192", "mp3:vbr=4", "flac", "opus:64", "vorbis:q=3", "alac", "aiff"]
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def long_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes and a half: the gigue three times, at the rate of Opus, so that no part waits to be converted."""
    gigue = np.concatenate(list(decode.pcm_blocks(GIGUE)))
    return masters.write(tmp_path_factory.mktemp("long") / "long.flac", np.tile(gigue, (3, 1)), 48_000, 16)


@pytest.fixture
def shop(own_database: OwnDatabase, long_master: Path) -> shops.Shop:
    """A track with a cover so large that the pages of an Ogg body are numbered anew behind it."""
    found = serving.stocked_with(long_master)
    release = found.release
    Release.objects.filter(pk=release.pk).update(cover_sha256="c" * 64)
    release.refresh_from_db()
    stores.covers().put_new(tagging.cover_key(release), bytes(100_000))
    return found


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE_S, trust_env=False) as made:
        yield made


def spooled(database: OwnDatabase) -> list[Path]:
    return [path for path in (database.home / "spool").rglob("*") if path.is_file() and path.name != ".lock"]


def seconds_worked(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


class Player:
    """Asks a shop for parts of the one track that was bought, in one format."""

    def __init__(self, shop: shops.Shop, running: Running, fmt: str) -> None:
        self.shop, self.running, self.fmt = shop, running, fmt
        track = shop.tracks[0]
        self.plan = blueprints.blueprint(track, shop.release, parse(fmt))
        self.address = running.url(serving.link(serving.bought(shop, fmt, track), fmt, track))

    def asks_for(self, start: int, stop: int) -> httpx.Response:
        wanted = {"Range": f"bytes={start}-{stop - 1}", "If-Range": f'"{self.plan.key}"'}
        return httpx.get(self.address, headers=wanted, timeout=PATIENCE_S, trust_env=False)

    def places(self, size: int, count: int) -> list[tuple[int, int]]:
        """Draw ranges behind the first third of a file, and the one at its end."""
        draw = random.Random(f"{sampling.seed()}:{self.fmt}")
        starts = [draw.randrange(size // 3, size - MOST) for _ in range(count)]
        return [*((start, start + draw.randint(1, MOST)) for start in starts), (size - 100, size)]


@contextmanager
def one_encoder_standing(running: Running, client: httpx.Client, shop: shops.Shop) -> Iterator[list[int]]:
    """Two encoders that have both worked, and stand still; the test lets one go on. What both are at cannot end."""
    for kbps in (320, 256, 224, 192, 160):
        client.get(Player(shop, running, f"mp3:cbr={kbps}").address)
        if len(running.workers()) == 2 and all(seconds_worked(pid) > 1 for pid in running.workers()):
            break
    workers = running.workers()
    assert all(seconds_worked(pid) > 1 for pid in workers)
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield workers
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)


def is_made(plan: blueprints.Blueprint) -> bool:
    return Rendition.objects.filter(key=plan.body_key, is_stored=True).exists()


def asked_at_once(player: Player, places: Sequence[tuple[int, int]], workers: Sequence[int]) -> list[httpx.Response]:
    """Ask for all the places at once, and then let the first of two encoders go on: mostly the other has the whole.

    Which has what hangs on who came first within milliseconds; where the first has the whole, the other goes on too.
    """
    with ThreadPoolExecutor(len(places)) as threads:
        answers: list[Future[httpx.Response]] = [threads.submit(player.asks_for, *places[0])]
        time.sleep(0.5)
        answers += [threads.submit(player.asks_for, *place) for place in places[1:]]
        time.sleep(0.5)
        os.kill(workers[0], signal.SIGCONT)
        if wait(answers, WITHOUT_THE_OTHER_S).not_done:
            os.kill(workers[1], signal.SIGCONT)
        else:
            assert not is_made(player.plan)
        return [answer.result(PATIENCE_S) for answer in answers]


def are_those(answers: Sequence[httpx.Response], places: Sequence[tuple[int, int]], whole: bytes) -> None:
    for answer, (start, stop) in zip(answers, places, strict=True):
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(whole)}"
        assert answer.content == whole[start:stop], (start, stop)


@pytest.mark.parametrize("fmt", sampling.sample("never cut", ["wav", "opus:96,mode=hard"], 1))
def test_parts_of_a_file_that_was_never_cut_come_though_the_whole_cannot(
    fmt: str, own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    with serving.serving(own_database, LATHE_ENCODERS="2") as running:
        player = Player(shop, running, fmt)
        size = player.plan.size(None)
        assert size
        places = player.places(size, 3)
        with one_encoder_standing(running, client, shop) as workers:
            answers = asked_at_once(player, places, workers)
        are_those(answers, places, client.get(player.address).content)
        eventually(lambda: not spooled(own_database))


@pytest.mark.parametrize("fmt", sampling.sample("thrown away", THROWN_AWAY, 1))
def test_parts_of_a_file_whose_body_was_thrown_away_come_though_the_whole_cannot(
    fmt: str, own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    with serving.serving(own_database, LATHE_ENCODERS="2") as running:
        player = Player(shop, running, fmt)
        whole = client.get(player.address).content
        eventually(MadeFile.objects.filter(key=player.plan.key).exists)
        thrown_away(player.plan)
        places = player.places(len(whole), 3)
        with one_encoder_standing(running, client, shop) as workers:
            answers = asked_at_once(player, places, workers[::-1])
        are_those(answers, places, whole)
        assert {answer.headers["repr-digest"] for answer in answers} == {
            client.head(player.address).headers["repr-digest"]
        }
        again = client.get(player.address)
        assert (again.content, again.headers["content-length"]) == (whole, str(len(whole)))
        eventually(lambda: is_made(player.plan) and not spooled(own_database))


def thrown_away(plan: blueprints.Blueprint) -> None:
    """Do as the cache does when it is full."""
    eventually(lambda: is_made(plan))
    assert Rendition.objects.filter(key=plan.body_key).update(is_stored=False) == 1
    stores.renditions().delete(rules.object_key(plan.body_key))


def test_a_body_that_does_not_come_out_as_before_is_never_sent_to_its_end_and_gets_new_checksums(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    with serving.serving(own_database) as running:
        player = Player(shop, running, "flac")
        whole = client.get(player.address).content
        eventually(MadeFile.objects.filter(key=player.plan.key).exists)
        thrown_away(player.plan)
        row = Rendition.objects.get(key=player.plan.body_key)
        Rendition.objects.filter(key=row.key).update(facts={**row.facts, "sha256": "0" * 64})
        MadeFile.objects.filter(key=player.plan.key).update(sha256="0" * 64)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(player.address)
        digest = hashlib.sha256(whole).hexdigest()
        eventually(MadeFile.objects.filter(key=player.plan.key, sha256=digest).exists)
        assert client.get(player.address).content == whole


def test_what_a_download_has_reached_can_be_had_again_while_its_encoder_stands_still(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    """MP3 of a constant bitrate hangs on all that went before, so a part comes as soon as the growing body has it."""
    with serving.serving(own_database, LATHE_ENCODERS="1") as running:
        player = Player(shop, running, "mp3:cbr=320")
        assert pieces.way(player.plan.fmt, player.plan.source) == "table"
        with client.stream("GET", player.address) as response:
            size, chunks, got = int(response.headers["content-length"]), response.iter_raw(), b""
            while len(got) < 400_000:
                got += next(chunks)
            [worker] = running.workers()
            os.kill(worker, signal.SIGSTOP)
            try:
                answer = player.asks_for(100_000, 350_000)
                assert not is_made(player.plan)
            finally:
                os.kill(worker, signal.SIGCONT)
            whole = got + b"".join(chunks)
        assert (answer.status_code, answer.content) == (206, whole[100_000:350_000])
        assert answer.headers["content-range"] == f"bytes 100000-349999/{size}"


@pytest.mark.parametrize("fmt", sampling.sample("first cut", FIRST_CUT, 2))
def test_four_parts_asked_for_at_once_while_a_file_is_first_cut_are_those_of_the_finished_one(
    fmt: str, own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    with serving.serving(own_database) as running:
        player = Player(shop, running, fmt)
        places = player.places(1_000_000, 3)
        with ThreadPoolExecutor(5) as threads:
            first = threads.submit(client.get, player.address)
            answers = list(threads.map(lambda place: player.asks_for(*place), places))
            whole = first.result(PATIENCE_S)
        assert whole.status_code == 200
        are_those(answers, places, whole.content)
        eventually(lambda: not spooled(own_database))


def test_a_player_that_hangs_up_in_the_middle_of_a_part_leaves_no_encode_of_it(
    own_database: OwnDatabase, shop: shops.Shop, client: httpx.Client
) -> None:
    with serving.serving(own_database, LATHE_ENCODERS="2") as running:
        player = Player(shop, running, "wav")
        size = player.plan.size(None)
        assert size
        with one_encoder_standing(running, client, shop) as workers:
            os.kill(workers[0], signal.SIGCONT)
            for start in (size // 3, size // 2):
                wanted = {"Range": f"bytes={start}-"}
                with client.stream("GET", player.address, headers=wanted) as response:
                    assert response.status_code == 206
                    next(response.iter_raw())
            bodies = own_database.home / "spool"
            eventually(lambda: len(list(bodies.rglob("*.body"))) == 1)
            assert not is_made(player.plan)
        eventually(lambda: is_made(player.plan) and not spooled(own_database))
        assert set(running.workers()) == set(workers)
