"""Guards: what makes the database itself refuse books that are unbalanced or changed.

The postings of a transaction go in first (their key to it is deferred) and its own row last. That row's INSERT checks
that there are postings and that they sum to zero in each currency; from then on it is closed. UPDATE, DELETE, TRUNCATE
and replacing are refused on accounts, transactions, postings, seals, periods, rates and tax records; a transaction
leaves the sealer's queue once it is sealed, and a tax record once it need not be kept. A transaction booked in a closed
period is refused.
"""

from __future__ import annotations

from lathe.guards.described import Tables
from lathe.guards.keeping import Guards
from lathe.ledger.guards.postgresql import ON_POSTGRESQL
from lathe.ledger.guards.sqlite import ON_SQLITE

KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ledger_account": (("id",), ("code", "currency")),
    "ledger_transaction": (("id",), ("key",)),
    "ledger_posting": (("id",),),
    "ledger_seal": (("seq",), ("transaction_id",), ("series", "number")),
    "ledger_unsealed": (("id",), ("transaction_id",)),
    "ledger_period": (("first_day",), ("last_day",)),
    "ledger_periodbalance": (("id",), ("period_id", "account_id")),
    "ledger_exchangerate": (("id",), ("base", "quote", "on")),
    "ledger_taxrecord": (("id",), ("transaction_id",)),
}
guards = Guards(Tables("ledger", KEYS, ON_SQLITE, ON_POSTGRESQL))
