"""The journal: a line a posting, with the numbers of the chart of accounts, as an accountant's program imports it."""

from __future__ import annotations

from collections.abc import Iterator

from lathe.ledger import amounts, chart
from lathe.ledger.exports.cells import line
from lathe.ledger.exports.rows import Row, rows

COLUMNS = (
    *("seal", "invoice", "booked_on", "occurred_at", "recorded_at", "kind", "key", "subject"),
    *("number", "name", "account", "currency", "debit", "credit", "line", "rate", "rate_source", "rate_on"),
)


def lines() -> Iterator[str]:
    """The journal from the first booking to the last; what waits for its seal has no seal and no invoice yet."""
    yield line(COLUMNS)
    for row in rows():
        yield line(_cells(row))


def _cells(row: Row) -> list[object]:
    family, amount = chart.family(row.code), amounts.major(abs(row.amount_micro))
    return [
        *(row.seq, row.invoice, row.booked_on, row.occurred_at.isoformat(), row.recorded_at.isoformat()),
        *(row.kind, row.key, row.subject, family.number, family.name, row.code, row.currency),
        *((amount, "") if row.amount_micro > 0 else ("", amount)),
        *(row.line, row.rate, row.rate_source, row.rate_on),
    ]
