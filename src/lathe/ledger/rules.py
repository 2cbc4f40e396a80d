"""Pure rules of the books: what balances, and what is the same content."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from lathe.basics.money import Money
from lathe.ledger import accounts
from lathe.ledger.entries import Entry
from lathe.ledger.errors import LedgerError, Unbalanced

_LARGEST = 2**63 - 1


def effective(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Check each entry and leave out those of zero.

    Raises LedgerError on an unknown account code, a kind that is not the code's, a currency that is none, or an amount
    that is not a whole number of 64 bits.
    """
    checked = tuple(_checked(entry) for entry in entries)
    return tuple(entry for entry in checked if entry.amount_micro)


def _checked(entry: Entry) -> Entry:
    kind = accounts.kind(entry.account_code)
    if entry.kind != kind:
        raise LedgerError(f"{entry.account_code} is of the kind {kind}; the entry calls it {entry.kind!r}.")
    if type(entry.amount_micro) is not int or abs(entry.amount_micro) > _LARGEST:
        raise LedgerError(
            f"The amount on {entry.account_code} must be a whole number of millionths within 64 bits; "
            f"it is {entry.amount_micro!r}."
        )
    Money.zero(entry.currency)
    return entry


def sums(entries: Iterable[Entry]) -> dict[str, int]:
    """The sum in micro of each currency."""
    totals: Counter[str] = Counter()
    for entry in entries:
        totals[entry.currency] += entry.amount_micro
    return dict(totals)


def check_balanced(entries: Sequence[Entry]) -> None:
    """Raise Unbalanced unless there are two entries or more and each currency sums to zero."""
    if len(entries) < 2:
        raise Unbalanced(f"A transaction needs two entries that are not zero; this one has {len(entries)}.")
    for currency, amount in sums(entries).items():
        if amount:
            raise Unbalanced(
                f"The entries in {currency} sum to {amount} millionths instead of zero; add what is missing: "
                + ", ".join(f"{entry.account_code} {entry.amount_micro}" for entry in entries)
            )


def digest(kind: str, subject: str, entries: Iterable[Entry], rate: Sequence[str] = ()) -> str:
    """SHA-256, in hexadecimal, of what a transaction says: its kind, its subject, its entries in any order, its rate.

    The moment is left out: a repeat comes later than the first by its nature, and is the same event all the same.
    """
    rows = sorted([e.account_code, e.kind, e.currency, e.amount_micro, e.line] for e in entries)
    said: dict[str, object] = {"entries": rows, "kind": kind, "subject": subject}
    if rate:
        said["rate"] = list(rate)
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
