"""Closed periods: nothing was booked in them since, and their balances are what the postings say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from django.db import connection
from django.db.models import Q

from lathe.ledger.checks.findings import Finding
from lathe.ledger.models import Period, PeriodBalance, Transaction

_OFF = """
SELECT a.code, a.currency, SUM(sums.opening), SUM(sums.closing) FROM (
    SELECT account_id, CASE WHEN day < %s THEN amount_micro ELSE 0 END AS opening, amount_micro AS closing
    FROM ledger_daytotal WHERE day <= %s
    UNION ALL
    SELECT account_id, -opening_micro, -closing_micro FROM ledger_periodbalance WHERE period_id = %s
) sums JOIN ledger_account a ON a.id = sums.account_id GROUP BY a.code, a.currency
HAVING SUM(sums.opening) <> 0 OR SUM(sums.closing) <> 0 ORDER BY a.code, a.currency
"""
"""Against the day totals, which `totals` proves against the postings."""


def findings() -> Iterator[Finding]:
    """Late bookings and wrong balances, period by period."""
    yield from _reopened()
    for period in Period.objects.order_by("first_day"):
        yield from _late(period)
        yield from _balances(period)


def _reopened() -> Iterator[Finding]:
    kept = PeriodBalance.objects.order_by("period_id").values_list("period_id", flat=True).distinct()
    for first_day in sorted(set(kept) - set(Period.objects.values_list("first_day", flat=True))):
        sentence = f"The month {first_day:%Y-%m} was closed, for its balances are kept, but the period itself is gone."
        yield Finding("period", f"{first_day:%Y-%m}", sentence)


def _late(period: Period) -> Iterator[Finding]:
    end = datetime.combine(period.last_day + timedelta(days=1), time(), UTC)
    late = Transaction.objects.filter(booked_at__lt=end).filter(Q(seal__seq__gt=period.head_seq) | Q(seal=None))
    for key in late.values_list("key", flat=True).iterator():
        yield Finding("period", key, f"The transaction {key} was booked in {period} after that had closed.")


def _balances(period: Period) -> Iterator[Finding]:
    adapt = connection.ops.adapt_datefield_value
    first = adapt(period.first_day)
    with connection.cursor() as cursor:
        cursor.execute(_OFF, [first, adapt(period.last_day), first])
        for code, currency, opening, closing in cursor.fetchall():
            sentence = (
                f"The balances of {code} {currency} kept for {period} are off: the opening by {-int(opening)}, "
                f"the closing by {-int(closing)} millionths."
            )
            yield Finding("balance", f"{period} {code} {currency}", sentence)
