"""What the triggers on PostgreSQL do: the body of each function."""

from __future__ import annotations

FUNCTIONS = {
    "lathe_ledger_open_posting": """
BEGIN
    NEW.xid := pg_current_xact_id();
    IF EXISTS (SELECT 1 FROM ledger_transaction WHERE id = NEW.transaction_id) THEN
        RAISE EXCEPTION 'ledger: the transaction of this posting is closed' USING ERRCODE = '23000';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.account_id AND currency = NEW.currency) THEN
        RAISE EXCEPTION 'ledger: an account takes postings of its own currency' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END""",
    "lathe_ledger_close_transaction": """
BEGIN
    NEW.xid := pg_current_xact_id();
    IF (SELECT count(*) FROM ledger_posting WHERE transaction_id = NEW.id AND xid = NEW.xid) < 2 THEN
        RAISE EXCEPTION 'ledger: a transaction needs two postings or more' USING ERRCODE = '23000';
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_posting WHERE transaction_id = NEW.id
               GROUP BY currency HAVING sum(amount_micro) <> 0) THEN
        RAISE EXCEPTION 'ledger: the postings of a transaction sum to zero in each currency' USING ERRCODE = '23000';
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_posting WHERE transaction_id = NEW.id
               AND booked_on <> (NEW.booked_at AT TIME ZONE 'UTC')::date) THEN
        RAISE EXCEPTION 'ledger: postings are booked on the day of their transaction' USING ERRCODE = '23000';
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ledger: transactions are posted at READ COMMITTED, which sees periods that have just closed'
            USING ERRCODE = '23000';
    END IF;
    IF (NEW.booked_at AT TIME ZONE 'UTC')::date <= (SELECT max(last_day) FROM ledger_period) THEN
        RAISE EXCEPTION 'ledger: the period of this transaction is closed' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END""",
    "lathe_ledger_queue": """
BEGIN
    INSERT INTO ledger_unsealed (transaction_id) VALUES (NEW.id);
    RETURN NULL;
END""",
    "lathe_ledger_leave_queue": """
BEGIN
    IF NOT EXISTS (SELECT 1 FROM ledger_seal WHERE transaction_id = OLD.transaction_id) THEN
        RAISE EXCEPTION 'ledger: rows of the books are never removed (a transaction waits for its seal)'
            USING ERRCODE = '23000';
    END IF;
    RETURN OLD;
END""",
    "lathe_ledger_leave_record": """
BEGIN
    IF OLD.kept_until >= current_date THEN
        RAISE EXCEPTION 'ledger: rows of the books are never removed (a tax record is kept until %)', OLD.kept_until
            USING ERRCODE = '23000';
    END IF;
    RETURN OLD;
END""",
    "lathe_ledger_chain_seal": """
BEGIN
    IF NEW.seq <> coalesce((SELECT max(seq) FROM ledger_seal), 0) + 1 THEN
        RAISE EXCEPTION 'ledger: seals follow each other without gaps' USING ERRCODE = '23000';
    END IF;
    IF NEW.series <> '' AND NEW.number IS DISTINCT FROM
            coalesce((SELECT max(number) FROM ledger_seal WHERE series = NEW.series), 0) + 1 THEN
        RAISE EXCEPTION 'ledger: invoice numbers follow each other without gaps' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END""",
    "lathe_ledger_close_period": """
BEGIN
    IF NEW.last_day < NEW.first_day OR NEW.first_day <> (SELECT max(last_day) + 1 FROM ledger_period) THEN
        RAISE EXCEPTION 'ledger: periods close one after the other' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END""",
    "lathe_ledger_keep_balance": """
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_period WHERE first_day >= NEW.period_id) THEN
        RAISE EXCEPTION 'ledger: the balances of a period are written when it closes' USING ERRCODE = '23000';
    END IF;
    RETURN NEW;
END""",
}
"""The body of each trigger function, by its name. 23000 is integrity_constraint_violation: an IntegrityError."""
