"""Reads of orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from lathe.basics.money import Money
from lathe.jobs import queries as jobs
from lathe.sales.errors import SalesError
from lathe.sales.models import Order, Refund
from lathe.sales.settlement import PRECUT


@dataclass(frozen=True)
class Takings:
    """What was sold and what was given back in a stretch of time, in one currency, tax included."""

    orders: int
    gross: Money
    refunds: int
    refunded: Money


def orders(*, text: str = "", state: str = "") -> QuerySet[Order]:
    """Orders, newest first: those whose number or e-mail address has `text` in it, and those of a state.

    A state that is none finds nothing.
    """
    found = Order.objects.order_by("-placed_at", "-id")
    wanted = text.replace("\0", "").strip()
    if wanted:
        found = found.filter(Q(number__icontains=wanted) | Q(email__icontains=wanted))
    return found.filter(state=state) if state else found


def order(uid: UUID) -> Order:
    """One order with its storefront, buyer and refund. Raises SalesError."""
    found = Order.objects.select_related("storefront", "person", "refund").filter(uid=uid).first()
    if found is None:
        raise SalesError(f"There is no order with the id {uid} in this shop.")
    return found


def takings(since: datetime, until: datetime) -> list[Takings]:
    """What orders paid from `since` until before `until` brought, and what refunds made then took; by currency."""
    sold = _sums(Order.objects.filter(paid_at__gte=since, paid_at__lt=until).values_list("currency"), "total_minor")
    back = _sums(
        Refund.objects.filter(made_at__gte=since, made_at__lt=until).values_list("order__currency"),
        "order__total_minor",
    )
    return [
        Takings(count, Money(minor, currency), refunds, Money(refunded, currency))
        for currency in sorted({*sold, *back})
        for count, minor in [sold.get(currency, (0, 0))]
        for refunds, refunded in [back.get(currency, (0, 0))]
    ]


def _sums(
    by_currency: QuerySet[Order, tuple[str]] | QuerySet[Refund, tuple[str]], amount: str
) -> dict[str, tuple[int, int]]:
    rows: Iterable[tuple[str, int, int]] = by_currency.order_by().annotate(count=Count("id"), sum=Sum(amount))
    return {currency: (count, total) for currency, count, total in rows}


def is_cut_failing(order_uids: Iterable[UUID]) -> bool:
    """Whether what one of these orders brought could not be cut ahead twice or more, and has not been since."""
    found = (jobs.trouble(PRECUT, str(uid)) for uid in order_uids)
    return any(one is not None and one.attempts > 1 for one in found)
