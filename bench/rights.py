"""How fast it is decided whether music may be sold: the pure rule, and whole pages with their papers from the database.

The contracts are drawn at random with one seed: grants and deals for the world less some, for a country or for a group
of them, windows open and closed, with and without a time. The page is that of a shop with 50 releases of twelve tracks,
each track with terms of its own; its figures hold the reading of the rows and the number of queries. Decisions are
counted by the seconds of the core, so that what else the machine does takes little from the figure; pages by the clock.

    python bench/rights.py [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lathe.basics.territory import TerritorySet
from lathe.rights.rules import Ask, Facts, Term, Window, Yes, availability

DECISIONS, PROMISED, ROUNDS = 200_000, 100_000, 5
RELEASES, TRACKS, MOST_QUERIES = 50, 12, 5
TODAY = date(2026, 6, 15)
TERRITORIES = ("DE", "FR", "US", "JP", "GB", "BR")


def main() -> int:
    """Measure both, show the figures; 1 where one misses what is promised."""
    parser = argparse.ArgumentParser(description="Measure decisions about rights.")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    figures = {**_rule(), **_page()}
    kept = figures["decisions_per_s"] >= PROMISED and figures["page_queries"] <= MOST_QUERIES
    if options.json:
        print(json.dumps({**figures, "promised_per_s": PROMISED, "kept": kept}, indent=2))
    else:
        print(f"{figures['decisions_per_s']:,} decisions/s on one core, {figures['yes_percent']} % of them yes")
        print(
            f"a page of {RELEASES} releases with {TRACKS} tracks each: {figures['page_ms']} ms, "
            f"{figures['page_queries']} queries, {figures['page_decisions']} decisions"
        )
        print(f"promised: {PROMISED:,} decisions/s and {MOST_QUERIES} queries. {'Kept.' if kept else 'MISSED.'}")
    return 0 if kept else 1


def _rule() -> dict[str, Any]:
    dice = random.Random("rights")  # noqa: S311 - the same contracts every time
    facts = [_facts(dice) for _ in range(2000)]
    asks = [_ask(dice) for _ in range(997)]
    pairs = [(facts[n % len(facts)], asks[n % len(asks)]) for n in range(DECISIONS)]
    yes = sum(isinstance(availability(one, ask), Yes) for one, ask in pairs)
    best_s = min(_timed(lambda: _decide(pairs), time.process_time) for _ in range(ROUNDS))
    return {"decisions_per_s": round(DECISIONS / best_s), "yes_percent": round(100 * yes / DECISIONS)}


def _decide(pairs: Sequence[tuple[Facts[int], Ask]]) -> None:
    for facts, ask in pairs:
        availability(facts, ask)


def _facts(dice: random.Random) -> Facts[int]:
    grants = [_term(dice, n) for n in range(dice.choice((1, 1, 2)))]
    deals = [_term(dice, n) for n in range(dice.choice((1, 2, 3)))]
    return Facts(dice.random() > 0.02, dice.random() < 0.02, grants, deals, names=frozenset({"release", "recording"}))


def _term(dice: random.Random, ref: int) -> Term[int]:
    place = dice.choice(
        (
            TerritorySet(),
            TerritorySet(frozenset(), frozenset({"US", "JP"})),
            TerritorySet.of(["2123"]),
            TerritorySet.of(["DE"]),
        )
    )
    start = TODAY - timedelta(days=dice.randrange(-20, 400))
    end = dice.choice((None, None, start + timedelta(days=300)))
    at = datetime(start.year, start.month, start.day, 9, tzinfo=dice.choice((None, UTC)))
    return Term(ref, place, Window(start, end, dice.choice((None, None, at))))


def _ask(dice: random.Random) -> Ask:
    moment = datetime(2026, 6, 15, tzinfo=UTC) + timedelta(minutes=dice.randrange(5000))
    return Ask.of(dice.choice(TERRITORIES), moment, ZoneInfo("Europe/Berlin"))


def _page() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="lathe-bench-") as home:
        _open(Path(home))
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from lathe.catalogue import queries as catalogue
        from lathe.rights import queries

        releases = list(catalogue.releases())
        moment = datetime(2026, 6, 15, 12, tzinfo=UTC)
        with CaptureQueriesContext(connection) as ran:
            answers = queries.availabilities(releases, "DE", moment)
        taken = [_timed(lambda: queries.availabilities(releases, "DE", moment)) for _ in range(ROUNDS)]
        return {
            "page_ms": round(1000 * statistics.median(taken), 1),
            "page_queries": len(ran),
            "page_decisions": sum(1 + len(answer.tracks) for answer in answers.values()),
        }


def _open(home: Path) -> None:
    """A shop with its releases; rows only, the masters have no files."""
    os.environ |= {
        "LATHE_HOME": str(home),
        "LATHE_SECRET_KEY": "only-for-the-bench",
        "DJANGO_SETTINGS_MODULE": "lathe.config.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from lathe.basics.money import Money
    from lathe.catalogue.models import Master, Party, Recording, Release, Track
    from lathe.rights import actions
    from lathe.rights.actions import DealFacts, GrantFacts

    label = Party.objects.create(name="Bench", slug="bench")
    grant = GrantFacts("0" * 64, "grant.pdf", TerritorySet(), "B. Ench", TODAY, date(2020, 1, 1))
    actions.record_grant(grantor=label, facts=grant)
    sound = {"sample_rate_hz": 44_100, "bits": 16, "channels": 2, "samples": 44_100, "pcm_md5": "", "envelope": b""}
    master = Master.objects.create(sha256="0" * 64, size_bytes=1, verdict="", **sound)
    for number in range(RELEASES):
        release = Release.objects.create(
            upc=str(number), slug=f"r{number}", title=f"Release {number}", label=label, released_on=TODAY
        )
        recording = Recording.objects.create(title="Take", master=master)
        tracks = [
            Track.objects.create(release=release, recording=recording, number=n, title=f"Track {n}", slug=f"t{n}")
            for n in range(1, TRACKS + 1)
        ]
        deals = [_deal(None, Money(999, "EUR"), DealFacts), *(_deal(t, Money(99, "EUR"), DealFacts) for t in tracks)]
        actions.replace_deals(release=release, deals=tuple(deals))


def _deal(track: Any, price: Any, make: Callable[..., Any]) -> Any:
    return make(track, price, None, None, TerritorySet.of(["2123"]), date(2020, 1, 1))


def _timed(work: Callable[[], object], watch: Callable[[], float] = time.perf_counter) -> float:
    begun = watch()
    work()
    return watch() - begun


if __name__ == "__main__":
    sys.exit(main())
