"""What PostgreSQL's triggers and one composite foreign key refuse. Needs PostgreSQL 13 or newer (xid8).

Under READ COMMITTED a second connection could add a posting to a transaction that is not committed yet: it does not see
that the transaction is closed. So both tables carry the id of the database transaction that wrote the row, set by
trigger, and the deferred key from posting to transaction is (transaction, xid).
"""

from __future__ import annotations

from lathe.guards.described import Postgresql
from lathe.ledger.guards.functions import FUNCTIONS

_TRIGGERS = {
    "ledger_posting_insert": ("ledger_posting", "BEFORE INSERT", "lathe_ledger_open_posting"),
    "ledger_transaction_insert": ("ledger_transaction", "BEFORE INSERT", "lathe_ledger_close_transaction"),
    "ledger_transaction_queue": ("ledger_transaction", "AFTER INSERT", "lathe_ledger_queue"),
    "ledger_seal_insert": ("ledger_seal", "BEFORE INSERT", "lathe_ledger_chain_seal"),
    "ledger_period_insert": ("ledger_period", "BEFORE INSERT", "lathe_ledger_close_period"),
    "ledger_periodbalance_insert": ("ledger_periodbalance", "BEFORE INSERT", "lathe_ledger_keep_balance"),
}
_LEAVES = {"ledger_unsealed": "lathe_ledger_leave_queue", "ledger_taxrecord": "lathe_ledger_leave_record"}
"""What decides whether a row may be removed, where the answer is not always no."""

_COLUMNS = tuple(
    f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS xid xid8 NOT NULL DEFAULT pg_current_xact_id()"
    for table in ("ledger_transaction", "ledger_posting")
)
_CONSTRAINTS = {
    "ledger_transaction_xid": ("ledger_transaction", "UNIQUE (id, xid)"),
    "ledger_posting_xid": (
        "ledger_posting",
        "FOREIGN KEY (transaction_id, xid) REFERENCES ledger_transaction (id, xid) DEFERRABLE INITIALLY DEFERRED",
    ),
}

ON_POSTGRESQL = Postgresql(FUNCTIONS, _TRIGGERS, _LEAVES, _COLUMNS, _CONSTRAINTS)
