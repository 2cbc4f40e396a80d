"""The first page: whether the shop can sell, what it sold, what waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.delivery import cutting
from lathe.jobs import engines
from lathe.jobs import queries as dead
from lathe.mail.models import Letter
from lathe.sales import refunds
from tests import paying, shops
from tests.db.backoffice.door import Door, at, dies, text

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _encoders(own_database: object, settings: LazySettings) -> Iterator[None]:
    """An encoder that runs, as in a shop that has been up for a moment."""
    settings.LATHE_ENCODERS = 1
    deadline = time.monotonic() + 10
    while not cutting.start().worker_pids and time.monotonic() < deadline:
        time.sleep(0.01)
    yield
    cutting.stop()


def test_it_counts_what_was_paid_today_and_this_month_and_what_was_refunded(door: Door) -> None:
    shop, moment = shops.opened(), FixedClock(NOON - timedelta(days=20))
    with clock.use(moment):
        paying.paid(shops.placed(shop))
        moment.set(NOON - timedelta(days=3))
        back = paying.paid(shops.placed(shop, email="second@example.com"))
        moment.set(NOON)
        paying.paid(shops.placed(shop, email="third@example.com"))
        refunds.refund(order=back, reason="test", operator=door.person)
        page = door.read().replace("\xa0", " ")
    assert "Today 2.49 € 1 order paid, 1 refund of 2.49 €" in page
    assert "This month 4.98 € 2 orders paid, 1 refund of 2.49 €" in page


def test_a_quiet_shop_reads_as_nothing(door: Door) -> None:
    shops.opened()
    page = door.read().replace("\xa0", " ")
    assert "Today 0.00 € 0 orders paid" in page
    assert "No order was placed yet." in page
    assert "The shop can sell." in page


def test_it_says_what_keeps_the_shop_from_selling(door: Door, settings: LazySettings) -> None:
    shops.opened()
    settings.LATHE_PROVIDERS = []
    page = door.read()
    assert "The shop cannot sell." in page
    assert "No payment provider is on." in page


def test_letters_that_wait_and_dead_jobs_are_counted_and_shown_with_their_errors(door: Door) -> None:
    paying.paid(shops.placed(shops.opened()))
    Letter.objects.update(last_error="Connection refused", attempts=3)
    dies("sales.precut", "one", "The disk is full")
    dies("mail.send", "other", "Connection refused")
    page = door.read()
    assert "Letters waiting 1" in page
    assert "Dead jobs 2" in page
    assert "Connection refused" in door.read("letters/")
    assert "The disk is full" in door.read("jobs/")


def test_dead_jobs_are_tried_again_once_each(door: Door) -> None:
    shops.opened()
    dies("mail.send", "one", "Connection refused")
    fields = door.form("jobs/mail.send/retry/")
    for _ in range(2):
        assert door.send("jobs/mail.send/retry/", fields).status_code == 302
    assert not dead.dead().exists()
    assert [job.key for job in engines.current().pending("mail.send")] == ["one"]
    answer = door.act("jobs/mail.send/retry/", **fields | {"number": "2"})
    assert answer.status_code == 409
    assert "No job of this kind is dead." in text(answer)


@pytest.mark.parametrize("kind", ["no.such", "x" * 200, "nul%00"])
def test_a_kind_of_job_that_is_none_is_not_found(door: Door, kind: str) -> None:
    shops.opened()
    assert door.get(f"jobs/{kind}/retry/").status_code == 404


def test_the_latest_acts_lead_to_what_they_were_about(door: Door) -> None:
    order = paying.paid(shops.placed(shops.opened()))
    door.act(at(order, "receipt"))
    page = door.get().content.decode()
    assert f'Sent the receipt again: <a href="/manage/{at(order)}">Order {order.number}</a>' in page
