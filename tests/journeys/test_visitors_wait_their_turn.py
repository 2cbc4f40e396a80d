"""Visitors listen and fill baskets without standing in the way of who has paid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from lathe.audio.formats import parse
from lathe.delivery import blueprints, cutting, files, previews, storing
from lathe.delivery.cutting import Growing
from lathe.delivery.models import Rendition
from tests import serving, shops
from tests.plugins.databases import OwnDatabase
from tests.serving import DEMO

GIGUE = DEMO / "bach-cello-suite-1" / "02-gigue.flac"
PRELUDE = DEMO / "chopin-preludes-op-28" / "02-prelude-no-7.flac"
PATIENCE_S = 30.0


@pytest.fixture
def shop(own_database: OwnDatabase, tmp_path: Path, settings: LazySettings) -> Iterator[shops.Shop]:
    """A shop with one encoder."""
    settings.LATHE_ENCODERS = 1
    yield serving.stocked(serving.tagged(tmp_path / "delivery" / "preludes", [GIGUE, PRELUDE]))
    cutting.stop()


def test_a_buyer_goes_before_visitors_who_listen(shop: shops.Shop) -> None:
    heard = [previews.begin(previews.before_buying(str(track.uid), "mp3")).body for track in shop.tracks]
    bought = files.open_file(blueprints.blueprint(shop.tracks[1], shop.release, parse("flac"))).body
    listened = [body.cut for body in heard if isinstance(body, Growing)]
    assert isinstance(bought, Growing)

    bought.cut.wait_blocking(PATIENCE_S)

    # The encoder was still starting when all three asked; it can have begun one more by now, and finished none.
    assert [cut.state for cut in listened if cut.state == "done"] == []
    assert len(listened) == 2


def test_a_buyer_who_comes_to_a_full_queue_is_served_before_all_that_waits_in_it(shop: shops.Shop) -> None:
    ordered = [parse(f"mp3:cbr={kbps}") for kbps in (320, 256, 224, 192, 160, 128, 112, 96)]
    waiting = [cutting.obtain(shop.tracks[0].master, fmt, priority=cutting.NOT_PAID) for fmt in ordered]
    jobs = [cutting.obtain(shop.tracks[1].master, fmt, priority=cutting.NOBODY_WAITS) for fmt in ordered]
    bought = files.open_file(blueprints.blueprint(shop.tracks[1], shop.release, parse("flac"))).body
    assert isinstance(bought, Growing)

    bought.cut.wait_blocking(PATIENCE_S)

    begun = [body.key for body in (*waiting, *jobs) if cutting.under_way([body.key])[body.key].place == 0]
    assert len(begun) <= 2, "one was begun before the buyer came, one perhaps since the buyer was served"
    places = [cutting.under_way([body.key])[body.key].place for body in (*jobs, *waiting)]
    queue = [place for place in places if place]
    assert queue == sorted(queue), "what is paid and nobody waits for goes before what nobody has paid"
    for body in (*waiting, *jobs, bought):
        assert isinstance(body, Growing)
        body.cut.release()


def test_what_nobody_paid_for_is_the_first_to_leave_a_full_cache(shop: shops.Shop, settings: LazySettings) -> None:
    settings.LATHE_RENDITIONS_MAX_BYTES = 1
    paid, unpaid = (
        cutting.obtain(shop.tracks[1].master, parse(fmt), priority=priority)
        for fmt, priority in (("flac", cutting.WAITING_BUYER), ("opus:64", cutting.NOT_PAID))
    )

    for body in (paid, unpaid):
        assert isinstance(body, Growing)
        body.cut.wait_blocking(PATIENCE_S)
        storing.publish(body)
        body.cut.release()

    assert {row.format for row in Rendition.objects.filter(is_stored=True)} == {"flac"}
    known = Rendition.objects.get(format="opus:64")
    assert known.size_bytes > 0
