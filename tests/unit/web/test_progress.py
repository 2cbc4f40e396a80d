"""News of cuts on their way: what a page says, and the stream that tells it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from uuid import uuid4

import pytest

from lathe.delivery import cutting, watching
from lathe.delivery.cutting import Progress
from lathe.delivery.watching import Share, Standing
from lathe.web import progress
from lathe.web.progress import Full, Seen, Streams, Watched

BODIES = [Share("a", 300), Share("b", 100)]
CUT = Watched("slip-1", "Préludes, FLAC", BODIES, {uuid4()})


class Pool:
    """What the encoders are at, by key; read each time as the next entry of a list, the last one for ever."""

    def __init__(self, *moments: dict[str, Progress]) -> None:
        self._moments = list(moments)

    def under_way(self, keys: Sequence[str]) -> dict[str, Progress]:
        now = self._moments[0]
        if len(self._moments) > 1:
            self._moments.pop(0)
        return {key: now[key] for key in keys if key in now}


class Books:
    """What the database knows, look by look; the last one for ever."""

    def __init__(self, *looks: Seen) -> None:
        self._looks = list(looks)

    def __call__(self, watched: Sequence[Watched]) -> Seen:
        return self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "TICK_S", 0.001)
    monkeypatch.setattr(progress, "LOOK_EVERY_S", 0.02)


def heard(
    *, books: Books, pool: Pool, monkeypatch: pytest.MonkeyPatch, language: str = "en"
) -> list[tuple[str, dict[str, object]]]:
    """All events of a stream of one cut, to its end."""
    monkeypatch.setattr(cutting, "under_way", pool.under_way)

    async def run() -> list[str]:
        return [event async for event in progress.stream([CUT], language, books)]

    events = asyncio.run(run())
    assert events[0].startswith("retry: ")
    pairs = [event.strip().split("\n") for event in events[1:]]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def test_a_cut_is_told_from_the_queue_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LOOK_EVERY_S", 60)
    pool = Pool(
        {},
        {"a": Progress(0.0, 3), "b": Progress(0.0, 4)},
        {"a": Progress(0.5, 0), "b": Progress(0.0, 1)},
        {"a": Progress(1.0, 0), "b": Progress(0.0, 1)},
        {"b": Progress(0.4, 0)},
        {"b": Progress(0.4, 0)},
        {},
    )
    looks = (set[str](), {"a"}, {"a", "b"})  # asked at the start, and when a body is no longer at work
    told = heard(books=Books(*(Seen(stored, set()) for stored in looks)), pool=pool, monkeypatch=monkeypatch)

    cuts = [content for name, content in told if name == "cut"]
    assert [(one["state"], one["percent"], one["share"]) for one in cuts] == [
        ("expected", 0, ""),
        ("queued", 0, ""),
        ("cutting", 37, "37 %"),
        ("cutting", 75, "75 %"),
        ("cutting", 85, "85 %"),
        ("made", 100, ""),
    ]
    assert cuts[1]["words"] == "In the queue, place 3"
    assert [one["say"] for one in cuts[2:4]] == ["Préludes, FLAC: Cutting, 25 %", "Préludes, FLAC: Cutting, 75 %"]
    assert (cuts[-1]["state"], cuts[-1]["percent"]) == ("made", 100)
    assert told[-1][0] == "end"


def test_a_cut_that_fails_is_told_and_no_longer_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    told = heard(books=Books(Seen(set(), {"slip-1"})), pool=Pool({}), monkeypatch=monkeypatch)
    assert [(name, content.get("state")) for name, content in told] == [("cut", "failing"), ("end", None)]


def test_a_cut_that_nobody_is_at_is_waited_for_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LASTS_S", 0.1)
    monkeypatch.setattr(progress, "BEAT_EVERY_S", 0.01)
    told = [name for name, _ in heard(books=Books(Seen(set(), set())), pool=Pool({}), monkeypatch=monkeypatch)]
    assert (told[0], told[-1]) == ("cut", "end")
    assert "beat" in told[1:-1]


def test_a_stream_ends_without_a_word_when_the_server_does_so_that_the_page_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = type(watching.ENDED)()
    ended.set()
    monkeypatch.setattr(watching, "ENDED", ended)
    assert heard(books=Books(Seen(set(), set())), pool=Pool({}), monkeypatch=monkeypatch) == []


def test_news_come_in_the_language_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool({"a": Progress(0.1, 0)}, {})
    books = Books(Seen(set(), set()), Seen({"a", "b"}, set()))
    told = heard(books=books, pool=pool, monkeypatch=monkeypatch, language="de")
    assert told[0][1]["words"] == "Wird geschnitten,"


def test_streams_are_bounded_in_all_and_for_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "MOST_STREAMS", 3)
    monkeypatch.setattr(progress, "MOST_AN_ADDRESS", 2)
    streams = Streams()
    with streams.one("a"), streams.one("a"):
        with pytest.raises(Full):
            streams.check("a")
        streams.check("b")
        with streams.one("b"), pytest.raises(Full):
            streams.check("c")
    streams.check("a")
    assert not streams.open


def test_a_standing_counts_music_and_not_files() -> None:
    assert watching.standing(BODIES, {"b"}, {}) == Standing(25, 0, 1, 2, is_under_way=False)
    assert watching.standing(BODIES, {"b"}, {"a": Progress(0.5, 0)}) == Standing(62, 0, 1, 2, is_under_way=True)
    assert watching.standing(BODIES, {"a", "b"}, {}).is_made
