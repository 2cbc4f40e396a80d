"""Months that close: from then on nothing is booked in them, and what comes late is booked in the open month.

`occurred_at` says when an event happened and never changes; `booked_at` says when it counts. They are the same unless
the event's month was closed by the time it was written: then it counts from the first moment of the open month.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from lathe.basics import chain, clock
from lathe.ledger import sealing
from lathe.ledger.errors import PeriodRefused
from lathe.ledger.models import Period, Seal, Transaction

_BALANCES = """
INSERT INTO ledger_periodbalance (period_id, account_id, opening_micro, closing_micro)
SELECT %s, account_id, SUM(CASE WHEN day < %s THEN amount_micro ELSE 0 END), SUM(amount_micro)
FROM ledger_daytotal WHERE day <= %s GROUP BY account_id
HAVING SUM(amount_micro) <> 0 OR SUM(CASE WHEN day < %s THEN amount_micro ELSE 0 END) <> 0
"""


@dataclass(frozen=True)
class Span:
    """The first and the last day of a month."""

    first_day: date
    last_day: date

    @classmethod
    def of(cls, day: date) -> Span:
        """The month that a day is in."""
        last = calendar.monthrange(day.year, day.month)[1]
        return cls(day.replace(day=1), day.replace(day=last))

    @property
    def next(self) -> Span:
        return Span.of(self.last_day + timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


def closed_until() -> date | None:
    """The last day of the last month that is closed."""
    last: date | None = Period.objects.aggregate(last=Max("last_day"))["last"]
    return last


def booked_at(occurred_at: datetime, closed: date | None) -> datetime:
    """When an event of an aware moment counts where months are closed until a day: its moment, or the open month's."""
    if closed is None or occurred_at.astimezone(UTC).date() > closed:
        return occurred_at
    return datetime.combine(closed + timedelta(days=1), time(), UTC)


def due() -> Span | None:
    """The month that closes next: after the last that is closed, else the first in the books; None if there is none."""
    last = closed_until()
    if last is not None:
        return Span.of(last).next
    first = Transaction.objects.aggregate(first=Min("booked_at"))["first"]
    return None if first is None else Span.of(first.astimezone(UTC).date())


def close(*, month: Span) -> Period:
    """Close a month: seal what is written, keep the balances at both its ends, and let nothing in it or before it.

    Closing the month that was closed last again changes nothing. Raises PeriodRefused where the month is not over, or
    another has to close first.
    """
    sealing.seal()
    with transaction.atomic():
        _stop_posting()
        last = Period.objects.order_by("-first_day").first()
        if last is not None and last.first_day == month.first_day:
            return last
        _check(month)
        sealing.seal()
        return _write(month)


def _check(month: Span) -> None:
    wanted = due()
    if month.last_day >= clock.today():
        raise PeriodRefused(f"{month} is not over yet; it can close from {month.next.first_day} on.")
    if wanted is None:
        raise PeriodRefused("There is nothing in the books yet, so nothing can close.")
    if month.first_day < wanted.first_day:
        raise PeriodRefused(f"{month} is closed, or lies before the books; the next month to close is {wanted}.")
    if month.first_day > wanted.first_day:
        raise PeriodRefused(f"{wanted} is still open. Months close one after the other: close {wanted} first.")


def _write(month: Span) -> Period:
    head = Seal.objects.order_by("-seq").first()
    first, last = month.first_day, month.last_day
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [adapt(first), adapt(first), adapt(last), adapt(first)])
    return Period.objects.create(
        first_day=first,
        last_day=last,
        head_seq=head.seq if head else 0,
        head_digest=head.digest if head else chain.GENESIS,
    )


def _stop_posting() -> None:
    """Wait until whoever is posting has committed, and let nobody post before this transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_transaction IN SHARE ROW EXCLUSIVE MODE")
