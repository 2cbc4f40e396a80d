"""Units of the whole shop, for charts: what the books say was sold, by territory, week and track."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection

from lathe.ledger.models import Account
from lathe.reports import kinds
from lathe.reports.material import ChartRow
from lathe.reports.rules import Window
from lathe.reports.source import sql

_PAYABLE = "liabilities:payable:"


def chart(window: Window, currency: str) -> Iterator[ChartRow]:
    """Units by territory, release, track and ISO week; those that come to nothing are left out. One query.

    A sale counts once however many parties it pays; what was given or cost nothing does not count.
    """
    for (territory, upc, isrc, title, week), days in groupby(_days(window, currency), key=lambda row: row[:5]):
        units = sum(kinds.units(kind) * count for *_, kind, count in days)
        if units:
            yield ChartRow(territory, week, upc, isrc, title, units)


def _days(window: Window, currency: str) -> Iterator[tuple[Any, ...]]:
    payable = Account.objects.filter(code__startswith=_PAYABLE, currency=currency).values_list("id", flat=True)
    ids = ", ".join(map(str, payable)) or "NULL"
    text = (
        "SELECT o.territory, r.upc, coalesce(g.isrc, ''), coalesce(k.title, r.title), s.day, s.kind, count(*)"  # noqa: S608
        f" FROM (SELECT DISTINCT p.transaction_id, p.line, {_day()} AS day, t.kind AS kind FROM ledger_posting p"
        f" JOIN ledger_transaction t ON t.id = p.transaction_id WHERE p.account_id IN ({ids}) AND p.id <= %s"
        " AND t.occurred_at >= %s AND t.occurred_at < %s) AS s"
        f" JOIN sales_orderline l ON l.uid = {sql.of_line('s')} JOIN sales_order o ON o.id = l.order_id"
        " JOIN catalogue_release r ON r.id = l.release_id LEFT JOIN catalogue_track k ON k.id = l.track_id"
        " LEFT JOIN catalogue_recording g ON g.id = k.recording_id"
        " GROUP BY o.territory, r.upc, r.id, k.id, g.isrc, k.title, r.title, s.day, s.kind"
        " ORDER BY o.territory, r.upc, r.id, coalesce(k.id, 0), s.day, s.kind"
    )
    for territory, upc, isrc, title, day, kind, count in sql.stream(
        text, [window.cut, sql.moment(window.seen_until), sql.moment(window.end)]
    ):
        yield territory, upc, isrc, title, _week(day), kind, count


def _day() -> str:
    """The day of a transaction in UTC, as text."""
    if connection.vendor == "postgresql":
        return "to_char(t.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    return "substr(t.occurred_at, 1, 10)"


def _week(day: str) -> str:
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02d}"
