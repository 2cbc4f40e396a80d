"""What SQLite's triggers on the books refuse beside change, removal and replacement."""

from __future__ import annotations

from lathe.guards.described import Refusal, Sqlite

_UNEVEN = """EXISTS (
    SELECT 1 FROM ledger_posting WHERE transaction_id = NEW.id GROUP BY currency HAVING sum(amount_micro) <> 0
)"""
_OTHER_DAY = """EXISTS (
    SELECT 1 FROM ledger_posting WHERE transaction_id = NEW.id AND booked_on <> substr(NEW.booked_at, 1, 10)
)"""
_NEXT_NUMBER = "coalesce((SELECT max(number) FROM ledger_seal WHERE series = NEW.series), 0) + 1"
_NEXT_PERIOD = "date((SELECT max(last_day) FROM ledger_period), '+1 day')"
_CHECKS: dict[str, tuple[Refusal, ...]] = {
    "ledger_transaction": (
        (
            "a transaction needs two postings or more",
            "(SELECT count(*) FROM ledger_posting WHERE transaction_id = NEW.id) < 2",
        ),
        (
            "the postings of a transaction sum to zero in each currency",
            _UNEVEN,
        ),
        (
            "postings are booked on the day of their transaction",
            _OTHER_DAY,
        ),
        (
            "the period of this transaction is closed",
            "substr(NEW.booked_at, 1, 10) <= (SELECT max(last_day) FROM ledger_period)",
        ),
    ),
    "ledger_posting": (
        (
            "the transaction of this posting is closed",
            "EXISTS (SELECT 1 FROM ledger_transaction WHERE id = NEW.transaction_id)",
        ),
        ("an amount is a whole number", "typeof(NEW.amount_micro) <> 'integer'"),
        (
            "an account takes postings of its own currency",
            "NOT EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.account_id AND currency = NEW.currency)",
        ),
    ),
    "ledger_seal": (
        ("seals follow each other without gaps", "NEW.seq <> coalesce((SELECT max(seq) FROM ledger_seal), 0) + 1"),
        (
            "invoice numbers follow each other without gaps",
            f"NEW.series <> '' AND NEW.number IS NOT {_NEXT_NUMBER}",
        ),
    ),
    "ledger_period": (
        (
            "periods close one after the other",
            f"NEW.last_day < NEW.first_day OR NEW.first_day <> {_NEXT_PERIOD}",
        ),
    ),
    "ledger_periodbalance": (
        (
            "the balances of a period are written when it closes",
            "EXISTS (SELECT 1 FROM ledger_period WHERE first_day >= NEW.period_id)",
        ),
    ),
}
_STAYS = {
    "ledger_unsealed": "NOT EXISTS (SELECT 1 FROM ledger_seal WHERE transaction_id = OLD.transaction_id)",
    "ledger_taxrecord": "OLD.kept_until >= date('now')",
}
"""When a row may not be removed, where that is not always."""
_QUEUE = {
    "ledger_transaction_queue": "CREATE TRIGGER ledger_transaction_queue AFTER INSERT ON ledger_transaction"
    " BEGIN INSERT INTO ledger_unsealed (transaction_id) VALUES (NEW.id); END"
}
"""What puts a transaction in the sealer's queue."""

ON_SQLITE = Sqlite(_CHECKS, _STAYS, _QUEUE)
