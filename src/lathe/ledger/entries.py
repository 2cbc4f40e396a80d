"""Entries: one amount on one account, as a caller hands them to `actions.post`."""

from __future__ import annotations

from dataclasses import dataclass

from lathe.ledger import accounts


@dataclass(frozen=True)
class Entry:
    """One amount on one account.

    `amount_micro` counts 10⁻⁶ of the major unit: debits positive, credits negative, within 64 bits; an entry of zero
    moves nothing and is left out. `line` is the opaque id of the order line it is about.
    """

    account_code: str
    kind: str
    currency: str
    amount_micro: int
    line: str = ""


def debit(code: str, currency: str, amount_micro: int, line: str = "") -> Entry:
    """An entry that adds to an asset or expense, or takes from a liability or income; the kind comes from the code."""
    return Entry(code, accounts.kind(code), currency, amount_micro, line)


def credit(code: str, currency: str, amount_micro: int, line: str = "") -> Entry:
    """An entry that adds to a liability or income, or takes from an asset; the kind comes from the code."""
    return Entry(code, accounts.kind(code), currency, -amount_micro, line)
