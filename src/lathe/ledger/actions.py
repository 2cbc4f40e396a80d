"""Writes of the books. Each is one atomic block, and joins the caller's where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from lathe.ledger import accounts, periods, rules, writing
from lathe.ledger.entries import Entry
from lathe.ledger.errors import KeyReused, LedgerError
from lathe.ledger.models import Account, Transaction
from lathe.ledger.rates import Rate


def post(
    *, key: str, kind: str, subject: str, occurred_at: datetime, entries: Iterable[Entry], rate: Rate | None = None
) -> Transaction:
    """Write one event to the books, once.

    `key` makes it happen once: the same key with the same kind, subject, entries and rate returns the first
    transaction, also when two connections post it at the same moment. Entries of zero are left out. `occurred_at` is
    aware; where its period is closed, the event is booked in the open one. `rate` is what a conversion rests on.
    Raises KeyReused when the key stands for other content, Unbalanced, LedgerError.
    """
    wanted = rules.effective(entries)
    rules.check_balanced(wanted)
    _check_heading(key, kind, occurred_at)
    row = _heading(rate)
    row.key, row.kind, row.subject, row.occurred_at = key, kind, subject, occurred_at
    row.digest = rules.digest(kind, subject, wanted, rate.said() if rate else ())
    with transaction.atomic():
        is_there, closed_until = writing.look(key)
        first = _first(row) if is_there else None
        return first or _write(row, wanted, closed_until)


def _heading(rate: Rate | None) -> Transaction:
    if rate is None:
        return Transaction()
    return Transaction(rate=str(rate), rate_source=rate.source, rate_on=rate.on)


def _check_heading(key: str, kind: str, occurred_at: datetime) -> None:
    if not 0 < len(key) <= 120 or not 0 < len(kind) <= 40:
        raise LedgerError(f"A transaction needs a key of 1 to 120 characters and a kind of 1 to 40; {key!r}, {kind!r}.")
    if occurred_at.tzinfo is None:
        raise LedgerError(f"The moment of {key!r} needs a time zone; {occurred_at.isoformat()} has none.")


def _first(row: Transaction) -> Transaction | None:
    """The transaction that already has this key, if it says the same."""
    first = Transaction.objects.filter(key=row.key).first()
    if first is not None and first.digest != row.digest:
        raise KeyReused(
            f"The key {row.key!r} already stands for a {first.kind} with other content; nothing was written. "
            "Correct it by a transaction with a key of its own."
        )
    return first


def _write(row: Transaction, entries: Sequence[Entry], closed_until: date | None) -> Transaction:
    """Write a transaction; where another with its key came first, return that.

    Where its period was closed at that very moment, it is booked in the next.
    """
    row.booked_at = periods.booked_at(row.occurred_at, closed_until)
    try:
        return _insert(row, entries)
    except IntegrityError:
        first = _first(row)
        if first is not None:
            return first
        booked_at = periods.booked_at(row.occurred_at, periods.closed_until())
        if booked_at == row.booked_at:
            raise
        row.booked_at = booked_at
        return _insert(row, entries)


@transaction.atomic
def _insert(row: Transaction, entries: Sequence[Entry]) -> Transaction:
    writing.insert(row, entries, _accounts(entries))
    return row


def _accounts(entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
    """The accounts of the entries by code and currency; those that are not there yet are opened, in a fixed order."""
    held = writing.account_ids(entries)
    for code, currency in sorted({(entry.account_code, entry.currency) for entry in entries} - held.keys()):
        held[code, currency] = _open(code, currency).pk
    return held


def _open(code: str, currency: str) -> Account:
    account, _ = Account.objects.get_or_create(code=code, currency=currency, defaults={"kind": accounts.kind(code)})
    return account


def lock_account(code: str, currency: str) -> Account:
    """Hold an account until the caller's transaction ends, so that its balance cannot be spent twice.

    Call it before reading the balance that is about to be spent. PostgreSQL locks the account's row, at READ COMMITTED,
    so that a balance read afterwards counts what the holder before wrote; who does not spend may post meanwhile. SQLite
    needs no lock: its transactions here begin IMMEDIATE, one writer at a time. Opens the account if there is none.
    Raises LedgerError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise LedgerError(f"{code} can only be held inside a transaction; begin one with transaction.atomic().")
    return Account.objects.select_for_update(no_key=True).get(pk=_open(code, currency).pk)
