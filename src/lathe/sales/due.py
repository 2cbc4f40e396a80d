"""What the sales tables say is to be done by now: the sweep of the jobs compares it with the queue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from lathe.basics import clock
from lathe.payments.models import Payment
from lathe.sales import orders, refunds
from lathe.sales.models import Order, OrderLine
from lathe.storefronts.rules import Pricing

NOTICE_IS_LATE_AFTER = timedelta(minutes=5)
ASKED_FOR = timedelta(hours=1)


def lapses() -> set[str]:
    """The orders past their day that nobody paid."""
    late = Order.objects.filter(state=Order.State.PENDING, placed_at__lt=clock.now() - orders.LAPSES_AFTER)
    return _texts(late.values_list("uid", flat=True))


def confirmations() -> set[str]:
    """The payments begun within the hour whose notice is late."""
    now = clock.now()
    since, until = now - NOTICE_IS_LATE_AFTER - ASKED_FOR, now - NOTICE_IS_LATE_AFTER
    started = Payment.objects.filter(state=Payment.State.STARTED, started_at__gt=since, started_at__lt=until)
    return _texts(started.values_list("uid", flat=True))


def true_ups() -> set[str]:
    """The paid orders with a line by size that still stands at its ceiling."""
    lines = OrderLine.objects.filter(
        size_is_exact=False,
        order__state=Order.State.PAID,
        order__person__isnull=False,
        order__storefront__pricing=Pricing.BY_SIZE.value,
    )
    return _texts(lines.values_list("order__uid", flat=True))


def returns() -> set[str]:
    """The refunds whose money the provider has not been told to give back."""
    return _texts(refunds.unreturned())


def _texts(uids: Iterable[UUID]) -> set[str]:
    return {str(uid) for uid in uids}
