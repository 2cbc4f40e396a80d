"""Day totals: each is what the sealed postings of its account and day add up to."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from lathe.ledger.checks.findings import Finding

_OFF = """
SELECT a.code, a.currency, off.day, off.amount FROM (
    SELECT account_id, day, SUM(amount) AS amount FROM (
        SELECT account_id, booked_on AS day, amount_micro AS amount FROM ledger_posting
        UNION ALL
        SELECT p.account_id, p.booked_on, -p.amount_micro FROM ledger_unsealed u
        JOIN ledger_posting p ON p.transaction_id = u.transaction_id
        UNION ALL
        SELECT account_id, day, -amount_micro FROM ledger_daytotal
    ) moved GROUP BY account_id, day HAVING SUM(amount) <> 0
) off LEFT JOIN ledger_account a ON a.id = off.account_id ORDER BY a.code, a.currency, off.day
"""


def findings() -> Iterator[Finding]:
    """The days of accounts whose total is not what their postings say."""
    with connection.cursor() as cursor:
        cursor.execute(_OFF)
        for code, currency, day, amount in cursor.fetchall():
            sentence = (
                f"The total of {code} {currency} on {day} is {-int(amount)} millionths off; `lathe ledger rebuild`"
                " adds the postings up anew."
            )
            yield Finding("total", f"{code} {currency}", sentence)
