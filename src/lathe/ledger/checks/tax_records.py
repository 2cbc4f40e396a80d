"""Tax records: each says of its transaction what the books say was collected for the country."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from lathe.ledger.checks.findings import Finding

_OFF = """
SELECT t."key", r.country, r.tax_micro, coalesce(SUM(-p.amount_micro), 0) FROM ledger_taxrecord r
JOIN ledger_transaction t ON t.id = r.transaction_id
LEFT JOIN ledger_account a ON a.code = 'liabilities:tax:' || r.country AND a.currency = r.currency
LEFT JOIN ledger_posting p ON p.transaction_id = r.transaction_id AND p.account_id = a.id
GROUP BY t."key", r.country, r.tax_micro HAVING r.tax_micro <> coalesce(SUM(-p.amount_micro), 0) ORDER BY t."key"
"""


def findings() -> Iterator[Finding]:
    """The records whose tax is not what was posted."""
    with connection.cursor() as cursor:
        cursor.execute(_OFF)
        for key, country, said, posted in cursor.fetchall():
            sentence = f"The tax record of {key} says {said} millionths for {country}; the books say {int(posted)}."
            yield Finding("tax", key, sentence)
