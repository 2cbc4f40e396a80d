"""Day totals: what the sealed postings of an account add up to, day by day, so that a balance need not read them all.

They are derived. The sealer adds each batch to them; `rebuild` makes them anew; `checks` proves them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

_ADD = """
INSERT INTO ledger_daytotal (account_id, day, amount_micro)
SELECT p.account_id, p.booked_on, SUM(p.amount_micro) FROM ledger_seal s
CROSS JOIN ledger_posting p WHERE p.transaction_id = s.transaction_id AND s.seq BETWEEN %s AND %s
GROUP BY p.account_id, p.booked_on
ON CONFLICT (account_id, day) DO UPDATE SET amount_micro = ledger_daytotal.amount_micro + excluded.amount_micro
"""
_BALANCE = """
SELECT coalesce((SELECT SUM(d.amount_micro) FROM ledger_daytotal d WHERE d.account_id = a.id{before_day}), 0)
     + coalesce((SELECT SUM(p.amount_micro) FROM ledger_unsealed u CROSS JOIN ledger_posting p
                 WHERE p.transaction_id = u.transaction_id AND +p.account_id = a.id{before_booked}), 0){on_the_day}
FROM ledger_account a WHERE a.code = %s AND a.currency = %s
"""
"""The plus keeps the planner from reading all postings of a busy account to find the few that wait for their seal."""
_ON_THE_DAY = """
     + coalesce((SELECT SUM(p.amount_micro) FROM ledger_posting p JOIN ledger_transaction t ON t.id = p.transaction_id
                 WHERE p.account_id = a.id AND p.booked_on = %s AND t.booked_at < %s), 0)
"""

_BALANCES = """
SELECT a.code, a.currency, SUM(moved.amount_micro) FROM (
    SELECT account_id, amount_micro FROM ledger_daytotal{days}
    UNION ALL
    SELECT p.account_id, p.amount_micro FROM ledger_unsealed u
    CROSS JOIN ledger_posting p WHERE p.transaction_id = u.transaction_id{booked}
) moved JOIN ledger_account a ON a.id = moved.account_id GROUP BY a.code, a.currency ORDER BY a.code, a.currency
"""


def add(first_seq: int, last_seq: int) -> None:
    """Add the postings of these seals to the totals, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [first_seq, last_seq])


@transaction.atomic
def rebuild() -> int:
    """Make all totals anew from the sealed postings; returns how many there are. Sealing waits meanwhile."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE ledger_seal IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM ledger_daytotal")
        cursor.execute("SELECT coalesce(max(seq), 0) FROM ledger_seal")
        cursor.execute(_ADD, [1, cursor.fetchone()[0]])
        cursor.execute("SELECT count(*) FROM ledger_daytotal")
        return int(cursor.fetchone()[0])


def balance(code: str, currency: str, before: datetime | None) -> int:
    """The balance of an account in micro, all of it or as booked before an aware moment; 0 where it was never used.

    Whole days that are sealed come from the totals, and only what waits for its seal, or was booked on the day of the
    moment itself, is added up. One statement, so that a batch sealed meanwhile is counted once.
    """
    with connection.cursor() as cursor:
        sql, values = _statement(code, currency, before)
        cursor.execute(sql, values)
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def _statement(code: str, currency: str, before: datetime | None) -> tuple[str, list[Any]]:
    if before is None:
        return _BALANCE.format(before_day="", before_booked="", on_the_day=""), [code, currency]
    before = before.astimezone(UTC)
    day = connection.ops.adapt_datefield_value(before.date())
    values: list[Any] = [day, day]
    part = ""
    if not _is_midnight(before):
        part, values = _ON_THE_DAY, [*values, day, connection.ops.adapt_datetimefield_value(before)]
    sql = _BALANCE.format(before_day=" AND d.day < %s", before_booked=" AND p.booked_on < %s", on_the_day=part)
    return sql, [*values, code, currency]


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


class Standing(NamedTuple):
    """Where an account stands."""

    code: str
    currency: str
    balance_micro: int


def balances(until: date | None) -> list[Standing]:
    """Every account's balance after a day, or now, by code and currency; accounts that never moved are left out."""
    bound = "" if until is None else connection.ops.adapt_datefield_value(until)
    days, booked = (" WHERE day <= %s", " AND p.booked_on <= %s") if bound else ("", "")
    return _standings(days, booked, [bound, bound] if bound else [])


def below(beginning: str) -> list[Standing]:
    """The balances now of all accounts whose codes begin so, by code and currency; one query."""
    named = "{0} IN (SELECT id FROM ledger_account WHERE substr(code, 1, %s) = %s)"
    days, booked = f" WHERE {named.format('account_id')}", f" AND {named.format('+p.account_id')}"
    return _standings(days, booked, [len(beginning), beginning] * 2)


def _standings(days: str, booked: str, values: list[Any]) -> list[Standing]:
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES.format(days=days, booked=booked), values)
        return [Standing(code, currency, int(amount)) for code, currency, amount in cursor.fetchall()]
