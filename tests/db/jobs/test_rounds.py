"""What runs by the clock is asked for once, whoever looks; old things are forgotten by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.jobs import engines, rounds, runner
from lathe.jobs.models import Round
from lathe.sales import baskets
from lathe.sales.models import Basket, BasketLine
from tests import shops

pytestmark = pytest.mark.usefixtures("own_database")


DAILY = {"sales.forget_baskets", "web.forget_visitors", "ledger.forget_tax_records"}
EVERY_MINUTE = {"ledger.seal", "rights.seal"}
ROUNDS = {"jobs.sweep", "delivery.keep_cache", "delivery.remove_left_over"} | DAILY | EVERY_MINUTE


def asked() -> set[str]:
    return {job.kind for job in engines.current().pending() if not job.key}


def test_every_round_is_asked_for_at_first_and_again_when_its_time_has_come() -> None:
    moment = FixedClock(clock.now())
    with clock.use(moment):
        assert rounds.ask_due() == len(ROUNDS)
        assert asked() == ROUNDS
        runner.run_due()
        assert rounds.ask_due() == 0
        moment.set(moment.now() + timedelta(minutes=11))
        assert rounds.ask_due() == 2 + len(EVERY_MINUTE)
        assert asked() == {"jobs.sweep", "delivery.keep_cache"} | EVERY_MINUTE
        moment.set(moment.now() - timedelta(days=900))
        assert rounds.ask_due() == len(ROUNDS), "the clock was set back"


def test_of_two_workers_that_look_at_once_one_asks() -> None:
    rounds.ask_due()
    seen = Round.objects.get(kind="jobs.sweep").last_at
    [sweep] = [kind for kind in rounds.registry.kinds() if kind.name == "jobs.sweep"]
    later = clock.now() + timedelta(hours=1)
    assert rounds._ask(sweep, seen, later)
    assert not rounds._ask(sweep, seen, later)
    assert not rounds._ask(sweep, None, later)


def test_old_baskets_are_forgotten_but_not_those_that_somebody_may_come_back_to() -> None:
    shop = shops.opened()
    fresh, old, ordered = (shops.basket(shop) for _ in range(3))
    order = shops.placed(shop)
    Basket.objects.filter(uid__in=[ordered.uid, old.uid]).update(touched_at=clock.now() - timedelta(days=31))
    order.basket_uid = ordered.uid
    order.save()
    assert baskets.forget_old() == 1
    assert set(Basket.objects.values_list("uid", flat=True)) >= {fresh.uid, ordered.uid}
    assert not BasketLine.objects.filter(basket__uid=old.uid).exists()


def test_expired_sessions_and_old_sign_ins_are_forgotten() -> None:
    now = clock.now()
    for key, wait in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=wait))
    for days in (31, 1):
        attempt = AccessAttempt.objects.create(username=f"{days}", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - timedelta(days=days))
        log = AccessLog.objects.create(username=f"{days}")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=now - timedelta(days=days))
    rounds.ask_due()
    runner.run_due()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["1"]
    assert list(AccessLog.objects.values_list("username", flat=True)) == ["1"]
