"""The load of a campaign: buyers who ask both nodes for files, parts and archives, and look at every byte they get."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import httpx

from tests.faults.campaign.goods import Archive, File, Goods
from tests.faults.campaign.lives import Node

SILENCE_S, LONGEST_S = 60.0, 150.0
"""A request that gives no byte for so long, or is not done after so long, hangs. The lease of a dead node takes 15 s,
a store that fails twice its time-out of 3 s, and a busy machine the rest."""
MANY = 4
RESTS_S = 0.1


class WrongError(Exception):
    """A buyer got what must never be sent, or waited for ever."""


@dataclass
class Tally:
    """What came of the requests, by kind; and the first that must not be."""

    came: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@contextmanager
def buying(nodes: list[Node], goods: Goods, seed: str) -> Iterator[Tally]:
    """Let buyers ask all the while; on the way out each ends the request it is at. Raises WrongError."""
    tally, over = Tally(), threading.Event()
    threads = [
        threading.Thread(target=_buy, args=(Buyer(nodes, goods, random.Random(f"{seed}:{number}")), tally, over))
        for number in range(MANY)
    ]
    for thread in threads:
        thread.start()
    try:
        yield tally
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if tally.wrong:
        raise WrongError("; ".join(tally.wrong))


def _buy(buyer: Buyer, tally: Tally, over: threading.Event) -> None:
    while not over.is_set():
        try:
            came = buyer.ask()
        except WrongError as wrong:
            tally.wrong.append(str(wrong))
            return
        tally.came[came] += 1
        if came != "right":
            over.wait(RESTS_S)


class Buyer:
    """Asks for one thing after another, at random."""

    def __init__(self, nodes: list[Node], goods: Goods, chance: random.Random) -> None:
        self._nodes, self._goods, self._chance = nodes, goods, chance

    def ask(self) -> str:
        """Ask for something; what came of it in a word: right, refused or broken. Raises WrongError."""
        kind = self._chance.choice((self._whole, self._whole, self._part, self._resumed, self._archive))
        begun = time.monotonic()
        try:
            return kind()
        except httpx.TimeoutException as late:
            raise WrongError(f"a request gave nothing for {SILENCE_S:g} s ({late!r})") from late
        except httpx.TransportError:
            return "broken"
        finally:
            if time.monotonic() - begun > LONGEST_S:
                raise WrongError(f"a request took longer than {LONGEST_S:g} s")

    def _whole(self) -> str:
        file = self._chance.choice(self._goods.files)
        return "right" if self._read(file, 0, len(file.right)) else "refused"

    def _part(self) -> str:
        file = self._chance.choice(self._goods.files)
        start, stop = sorted(self._chance.sample(range(len(file.right) + 1), 2))
        return "right" if self._read(file, start, stop) else "refused"

    def _resumed(self) -> str:
        """Hang up somewhere, and go on from there at whichever node."""
        file = self._chance.choice(self._goods.files)
        enough = self._chance.randrange(1, len(file.right))
        if not self._read(file, 0, len(file.right), enough):
            return "refused"
        return "right" if self._read(file, enough, len(file.right)) else "refused"

    def _read(self, file: File, start: int, stop: int, enough: int | None = None) -> bool:
        """Read [start, stop) of a file, or its first `enough` bytes; False where it is refused. Raises WrongError."""
        is_part = start > 0 or stop < len(file.right)
        headers = {"Range": f"bytes={start}-{stop - 1}"} if is_part else {}
        place = start
        with self._answer(file.path, headers) as answer:
            if answer.status_code >= 500:
                return False
            _look_at_head(answer, file, 206 if is_part else 200)
            for data in answer.iter_raw():
                if data != file.right[place : place + len(data)]:
                    raise WrongError(f"{file.name} has wrong bytes between {place} and {place + len(data)}")
                place += len(data)
                if enough is not None and place >= enough:
                    return True
        if place != stop:
            raise WrongError(f"{file.name} ended politely at {place}, and {stop} was due")
        return True

    def _archive(self) -> str:
        archive = self._chance.choice(self._goods.archives)
        with self._answer(archive.path, {}) as answer:
            if answer.status_code >= 500:
                return "refused"
            _open(archive, answer.read())
        return "right"

    def _answer(self, path: str, headers: dict[str, str]) -> AbstractContextManager[httpx.Response]:
        return httpx.stream(
            "GET", self._chance.choice(self._nodes).address + path, headers=headers, timeout=SILENCE_S, trust_env=False
        )


def _look_at_head(answer: httpx.Response, file: File, status: int) -> None:
    """Hold an answer to what it says of the file. Raises WrongError."""
    if answer.status_code != status:
        raise WrongError(f"{file.name} was answered with {answer.status_code}, not {status}")
    total = answer.headers.get("Content-Range", "").rpartition("/")[2]
    if status == 206 and total != str(len(file.right)):
        raise WrongError(f"{file.name} has {len(file.right)} bytes, and a part of it said {total}")
    digest = base64.b64encode(hashlib.sha256(file.right).digest()).decode()
    if answer.headers.get("Repr-Digest", f"sha-256=:{digest}:") != f"sha-256=:{digest}:":
        raise WrongError(f"{file.name} was sent with another file's digest")


def _open(archive: Archive, content: bytes) -> None:
    """See that an archive has the right tracks in it. Raises WrongError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            inside = [opened.read(name) for name in sorted(opened.namelist())]
    except zipfile.BadZipFile as bad:
        raise WrongError(f"the {archive.name} ended politely, and is broken: {bad}") from bad
    if missing := sum(track not in inside for track in archive.tracks):
        raise WrongError(f"the {archive.name} has not the right bytes in {missing} of its tracks")
