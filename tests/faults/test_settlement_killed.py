"""The process is killed between every two statements of settlement; a repeated notice then makes it right."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, connections

from lathe.audio.formats import parse
from lathe.delivery.models import Entitlement
from lathe.jobs.models import Job
from lathe.ledger import checks
from lathe.ledger.models import Posting, Transaction
from lathe.mail.models import Letter
from lathe.payments.models import Notice, Payment
from lathe.payments.providers.demo.courier import Delivery
from lathe.sales import baskets, orders, settlement
from lathe.sales.models import Basket, Order
from tests import paying, shops
from tests.plugins.databases import OwnDatabase

pytestmark = pytest.mark.usefixtures("own_database")
BEFORE_COMMIT, AFTER_COMMIT = "before commit", "after commit"


def killed(work: Callable[[], object], moment: int | str) -> bool:
    """Run `work` in a forked process that SIGKILLs itself at a moment; True if it came to that.

    The moment is the number of a statement, counted from 0, before which it dies; or before or after the commit.
    """
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 and later warn of threads; this child starts none
        child = os.fork()
    if child == 0:
        try:
            _live_until(work, moment)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _live_until(work: Callable[[], object], moment: int | str) -> None:
    count = 0

    def watch(execute: Callable[..., Any], sql: str, params: object, many: bool, context: object) -> Any:
        nonlocal count
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1
        return execute(sql, params, many, context)

    def commit_and_die() -> None:
        if moment == AFTER_COMMIT:
            commit()
        os.kill(os.getpid(), signal.SIGKILL)

    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(watch))
        if isinstance(moment, str):
            connection.ensure_connection()
            commit, connection._commit = connection._commit, commit_and_die  # type: ignore[attr-defined]
        work()


def outcome(order: Order) -> dict[str, object]:
    """All that the settlement of an order leaves behind, without ids and moments."""
    order.refresh_from_db()
    own = Transaction.objects.filter(subject=str(order.uid))
    postings = Posting.objects.filter(transaction__in=own)
    payments = Payment.objects.filter(order_uid=order.uid)
    return {
        "state": order.state,
        "lines": sorted(order.lines.values_list("royalty_version", flat=True), key=str),
        "payment": list(payments.values_list("state", "fee_micro")),
        "notices": list(Notice.objects.filter(reference__in=payments.values("reference")).values_list("outcome")),
        "entitlements": sorted(Entitlement.objects.filter(order_uid=order.uid).values_list("track", "format", "tier")),
        "transactions": list(own.values_list("kind", flat=True)),
        "postings": sorted(postings.values_list("amount_micro", flat=True)),
        "letters": Letter.objects.filter(key__contains=str(order.uid)).count(),
        "jobs": sorted(Job.objects.filter(key=str(order.uid)).values_list("kind", flat=True)),
        "baskets": Basket.objects.filter(uid=order.basket_uid).count(),
    }


def waiting(shop: shops.Shop) -> tuple[Order, Delivery]:
    """An order of two tracks that waits, and the notice that its payment was made."""
    filled = shops.basket(shop, track=shop.tracks[0])
    baskets.add(basket=filled, release=shop.release, track=shop.tracks[1], fmt=parse("mp3:vbr=0"))
    order = orders.place(shops.checkout(shop, filled, email=f"{filled.uid}@example.com"))
    [notice] = paying.notices(paying.begun(order))
    return order, notice


def test_killed_between_every_two_statements_a_repeated_notice_settles_as_if_nothing_had_been() -> None:
    shop = shops.opened()
    undisturbed, first = waiting(shop)
    paying.bring(first)
    right = outcome(undisturbed)
    order, notice = waiting(shop)
    before = outcome(order)
    assert before["state"] == "pending"

    statement = 0
    while killed(lambda: paying.bring(notice), statement):
        assert outcome(order) == before, f"half a settlement was left before statement {statement}"
        statement += 1
        if statement > 300:
            pytest.fail("Settlement does not come to its end.")
    assert statement > 20, "settlement has fewer statements than it must"
    assert outcome(order) == right, "the undisturbed last run settles as the first did"


@pytest.mark.parametrize("moment", [BEFORE_COMMIT, AFTER_COMMIT])
def test_killed_around_the_commit_a_repeated_notice_has_one_effect(moment: str) -> None:
    shop = shops.opened()
    undisturbed, first = waiting(shop)
    paying.bring(first)
    order, notice = waiting(shop)
    before = outcome(order)
    assert killed(lambda: paying.bring(notice), moment)
    assert outcome(order) == (before if moment == BEFORE_COMMIT else outcome(undisturbed))
    for _ in range(2):
        paying.bring(notice)
    assert outcome(order) == outcome(undisturbed)
    assert checks.check().is_sound


def test_an_order_paid_by_the_balance_alone_is_settled_whole_or_not_at_all() -> None:
    shop, person = shops.opened(), shops.buyer()
    shops.give(person, 500)
    order = shops.placed(shop, person=person, use_balance=True, provider="")
    before = outcome(order)
    statement = 0
    while killed(lambda: settlement.settle_without_payment(order=order), statement):
        assert outcome(order) == before
        statement += 1
    assert statement > 15
    assert outcome(order)["state"] == "paid"
    assert checks.check().is_sound


def test_two_notices_at_once_settle_once(own_database: OwnDatabase) -> None:
    order, notice = waiting(shops.opened())
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        children = [_forked(notice) for _ in range(4)]
    for child in children:
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
    assert outcome(order)["transactions"] == ["sale"]
    assert outcome(order)["letters"] == 1


def _forked(notice: Delivery) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if paying.bring(notice) else 2
        finally:
            os._exit(code)
    return child
