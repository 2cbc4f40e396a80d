"""The extract: all postings that a report covers, laid out once in a temporary table with what was sold.

Finding the sale, its price and its tax for every posting is what costs; a report looks at them from many sides, and a
party gets several reports. So it is done once, by one statement of the database, and read as often as wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db import connection

from lathe.reports.rules import Window
from lathe.reports.source import sql
from lathe.reports.source.sql import Account

_numbers = count(1)

COLUMNS = {
    "posting": "p.id",
    "occurred_at": "t.occurred_at",
    "kind": "t.kind",
    "line": "CASE WHEN l.id IS NULL THEN '' ELSE p.line END",
    "owed": "-p.amount_micro",
    "gross": "CASE WHEN l.id IS NULL THEN 0 ELSE {gross} END",
    "tax": "CASE WHEN l.id IS NULL THEN 0 ELSE {tax} END",
    "number": "coalesce(o.number, '')",
    "territory": "coalesce(o.territory, '')",
    "format": "coalesce(l.format_label, '')",
    "rule": "coalesce({rule}, 'v' || l.royalty_version, '')",
    "release_id": "l.release_id",
    "track_id": "l.track_id",
    "upgrade": "CASE WHEN l.full_price_minor > l.price_minor THEN 1 ELSE 0 END",
    "before": "coalesce(l.price_minor - l.tax_minor, 0)",
}
"""Each column, and where it comes from: posting `p`, transaction `t`, order line `l`, order `o`."""
_TYPES = {
    "posting": "bigint",
    "owed": "bigint",
    "gross": "bigint",
    "tax": "bigint",
    "before": "bigint",
} | dict.fromkeys(("release_id", "track_id", "upgrade"), "bigint")


@contextmanager
def extracted(window: Window, account: Account) -> Iterator[str]:
    """The name of the temporary table, which goes when the block ends. Two statements."""
    name = f"reports_extract_{next(_numbers)}"
    columns = ", ".join(f'"{column}" {_type(column)}' for column in COLUMNS)
    sql.run(f"CREATE TEMPORARY TABLE {name} ({columns})")
    try:
        text, values = _filling(window, account)
        sql.run(f"INSERT INTO {name} {text}", values)
        yield name
    finally:
        sql.run(f"DROP TABLE {name}")


def _type(column: str) -> str:
    """SQLite gives a moment as the text it is: a type of another name would have each one converted by slow code."""
    if column == "occurred_at" and connection.vendor == "postgresql":
        return "timestamp with time zone"
    return _TYPES.get(column, "text")


def _filling(window: Window, account: Account) -> tuple[str, list[Any]]:
    select = ", ".join(COLUMNS.values()).format(gross=_moved(""), tax=_tax(account), rule=_rule())
    text = (
        f"SELECT {select} FROM ledger_posting p JOIN ledger_transaction t ON t.id = p.transaction_id"  # noqa: S608
        f" LEFT JOIN sales_orderline l ON l.uid = {sql.of_line()} LEFT JOIN sales_order o ON o.id = l.order_id"
        " WHERE p.account_id = %s AND p.id <= %s AND t.occurred_at < %s AND NOT (t.occurred_at < %s AND p.id <= %s)"
    )
    end, seen = sql.moment(window.end), sql.moment(window.seen_until)
    return text, [str(account.party), account.id, window.cut, end, seen, window.seen_cut]


def _rule() -> str:
    """The versions that the party's parts of a line rest on: 'v2' of the seller's contract, 'm1' of the mechanicals.

    NULL where its decision names no part of the party, as where a case gave it what was another's.
    """
    if connection.vendor == "postgresql":
        letter = "CASE part->>'role' WHEN 'work' THEN 'm' ELSE 'v' END"
        return (
            f"(SELECT string_agg(DISTINCT {letter} || (part->>'version'), ' ')"  # noqa: S608 - our own words
            " FROM jsonb_array_elements(l.royalties->'parts') part WHERE part->>'party' = %s)"
        )
    letter = "CASE json_extract(value, '$.role') WHEN 'work' THEN 'm' ELSE 'v' END"
    return (
        f"(SELECT group_concat(said, ' ') FROM (SELECT DISTINCT {letter} || json_extract(value, '$.version') AS said"  # noqa: S608
        " FROM json_each(l.royalties, '$.parts') WHERE json_extract(value, '$.party') = %s ORDER BY 1))"
    )


def _moved(which: str) -> str:
    """What the transaction posted for the line, in all or on some accounts: for all of them, what the buyer paid."""
    return (
        "CAST(coalesce((SELECT -sum(q.amount_micro) FROM ledger_posting q"  # noqa: S608 - our own words and ids
        f" WHERE q.transaction_id = p.transaction_id AND q.line = p.line{which}), 0) AS bigint)"
    )


def _tax(account: Account) -> str:
    """Its part on tax accounts. The plus keeps the planner to the few postings of the transaction."""
    if not account.tax_ids:
        return "0"
    return _moved(f" AND +q.account_id IN ({', '.join(map(str, account.tax_ids))})")
