"""What a page says of a cut on its way, and the stream of news that keeps it saying so (server-sent events).

A stream ends when everything is made, after some minutes, and when the server ends; the browser opens it again where
something is left. The database is asked every other second and never held; what this process itself cuts is looked at
in memory.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from lathe.delivery import cutting, threads, watching
from lathe.delivery.cutting import Progress
from lathe.delivery.watching import Share, Standing
from lathe.sales import queries as sales

MOST_STREAMS = 400
MOST_AN_ADDRESS = 20
MOST_CUTS = 20
"""Streams of this process, of one address, and cuts in one stream."""
LASTS_S = 300.0
LOOK_EVERY_S = 2.0
TICK_S = 0.5
BEAT_EVERY_S = 5.0
"""A page that hears nothing for twice as long asks again and again instead: some proxy keeps the stream back."""
QUARTER = 25


@dataclass(frozen=True)
class News:
    """What a page says of a cut. `state` is made, cutting, queued, failing, expected or idle."""

    state: str
    words: str
    share: str
    more: str


@dataclass(frozen=True)
class Watched:
    """A cut that a page waits for. `name` is its slip's; `label` what people call it."""

    name: str
    label: str
    bodies: Sequence[Share]
    order_uids: Collection[UUID]


def news(standing: Standing, *, is_failing: bool, is_expected: bool) -> News:
    """Say how far a cut is. `is_expected`: it was paid a short while ago and is cut ahead of its download."""
    by_download = gettext("it is cut while you download")
    if standing.is_made:
        return News("made", gettext("ready"), "", "")
    if standing.place:
        return News("queued", gettext("In the queue, place %d") % standing.place, "", by_download)
    if standing.is_under_way:
        ready = gettext("%(made)d of %(count)d tracks ready") % {"made": standing.made, "count": standing.count}
        return News("cutting", gettext("Cutting,"), f"{standing.percent} %", ready)
    if is_failing:
        told = gettext("It is tried again later. Or download it now: it is cut while you do.")
        return News("failing", gettext("This cut has failed twice."), "", told)
    if is_expected:
        return News("expected", gettext("About to be cut"), "", by_download)
    return News("idle", gettext("Not cut yet"), "", by_download)


class Full(Exception):
    """There are as many streams as there may be."""


@dataclass
class Streams:
    """The streams of this process, by address."""

    open: Counter[str] = field(default_factory=Counter)

    def check(self, address: str) -> None:
        """Raise Full where no stream more may be opened from an address."""
        if self.open.total() >= MOST_STREAMS or self.open[address] >= MOST_AN_ADDRESS:
            raise Full

    @contextmanager
    def one(self, address: str) -> Iterator[None]:
        """Count a stream while it is open."""
        self.open[address] += 1
        try:
            yield
        finally:
            self.open[address] -= 1
            if not self.open[address]:
                del self.open[address]


STREAMS = Streams()


@dataclass(frozen=True)
class Seen:
    """What the database knows: bodies that are stored, and cuts, by name, that fail."""

    stored: Collection[str]
    failing: Collection[str]


def look(watched: Sequence[Watched]) -> Seen:
    """Ask the database for all that is watched; two queries at most for each cut."""
    stored = cutting.stored(body.key for one in watched for body in one.bodies)
    return Seen(stored, {one.name for one in watched if sales.is_cut_failing(one.order_uids)})


async def stream(
    watched: Sequence[Watched], language: str, look: Callable[[Sequence[Watched]], Seen] = look
) -> AsyncGenerator[str]:
    """Yield events: `cut` when something changed, `beat` where nothing did for a while, `end` when all is made or
    nothing happens."""
    begun = beat = time.monotonic()
    left, told, was_busy = list(watched), dict[str, str](), False
    yield "retry: 1000\n\n"
    while left and time.monotonic() < begun + LASTS_S and not watching.ENDED.is_set():
        seen = await threads.run(look, left)
        looked, before = time.monotonic(), set[str]()
        while left and time.monotonic() < looked + LOOK_EVERY_S and not watching.ENDED.is_set():
            at_work = cutting.under_way([body.key for one in left for body in one.bodies])
            if before - set(at_work):
                break  # one came to its end: whether it is stored, the database knows
            before = set(at_work)
            for one in list(left):
                said, is_over, is_busy = _said(one, seen, at_work, language)
                was_busy = was_busy or is_busy
                if said != told.get(one.name):
                    told[one.name], beat = said, time.monotonic()
                    yield _event("cut", said)
                if is_over:
                    left.remove(one)
            if time.monotonic() > beat + BEAT_EVERY_S:
                beat = time.monotonic()
                yield _event("beat", "{}")
            if left:
                await asyncio.sleep(TICK_S)
    if not left or not (was_busy or watching.ENDED.is_set()):
        yield _event("end", "{}")


def _said(one: Watched, seen: Seen, at_work: Mapping[str, Progress], language: str) -> tuple[str, bool, bool]:
    """What to tell of a cut, whether that is the last word of it, and whether anything is under way."""
    standing = watching.standing(one.bodies, seen.stored, at_work)
    with translation.override(language):
        told = news(standing, is_failing=one.name in seen.failing, is_expected=True)
    content = {
        "slip": one.name,
        "state": told.state,
        "words": told.words,
        "share": told.share,
        "more": told.more,
        "percent": standing.percent,
        "say": _aloud(one, told, standing),
    }
    return json.dumps(content), told.state in ("made", "failing"), standing.is_under_way


def _aloud(one: Watched, told: News, standing: Standing) -> str:
    """What a screen reader says: each state, and each quarter of a cut."""
    if told.state != "cutting":
        return f"{one.label}: {told.words}"
    return f"{one.label}: {told.words} {standing.percent // QUARTER * QUARTER} %"


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
