"""Each month's end as an operator makes it: royalties settled, books closed, statements and reports issued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.catalogue.models import Party
from lathe.ledger import periods
from lathe.ledger.periods import Span
from lathe.reports import actions as reports
from lathe.reports import queries, rules
from lathe.reports.formats import SERIES
from lathe.royalties import actions as royalties
from lathe.royalties import queries as owed
from lathe.royalties.rules.periods import Period

HOURS_AFTER = 9
"""An operator who is awake does it in the morning of the next month's first day."""


def past_months(advance: Callable[[], None]) -> int:
    """Make the end of every month that is over and not closed; returns how many. `advance` is called after each."""
    made = 0
    while (month := periods.due()) is not None and month.last_day < clock.today():
        morning = datetime.combine(month.next.first_day, time(), clock.now().tzinfo) + timedelta(hours=HOURS_AFTER)
        with clock.use(FixedClock(min(morning, clock.now()))):
            _end(month)
        made += 1
        advance()
    return made


def open_months() -> int:
    """How many months wait to be closed."""
    month, today = periods.due(), clock.today()
    return 0 if month is None else (today.year - month.first_day.year) * 12 + today.month - month.first_day.month


def _end(month: Span) -> None:
    period = Period.of(month.first_day, "month")
    for party in Party.objects.order_by("name"):
        for currency in owed.currencies(party.uid):
            royalties.settle(party_uid=party.uid, period=period, currency=currency)
    periods.close(month=month)
    wanted = queries.unissued(list(SERIES), rules.Month(month.first_day.year, month.first_day.month))
    reports.issue_all(wanted=wanted)
