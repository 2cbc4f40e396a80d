"""What moves between accounts without coming in or going out: conversion into another currency, and escrow."""

from __future__ import annotations

from uuid import UUID

from lathe.ledger import accounts
from lathe.ledger.entries import Entry, credit, debit
from lathe.ledger.rates import Rate


def conversion(source: str, target: str, amount_micro: int, rate: Rate) -> list[Entry]:
    """Move so much of `rate.base` from the account `source` into `rate.quote` on the account `target`.

    A credit balance, as of a liability, is moved by a negative amount. What arrives is rounded half up to one
    millionth. Each currency sums to zero through the conversion account.
    """
    arrives = rate.convert(amount_micro)
    return [
        credit(source, rate.base, amount_micro),
        debit(accounts.conversion(), rate.base, amount_micro),
        credit(accounts.conversion(), rate.quote, arrives),
        debit(target, rate.quote, arrives),
    ]


def into_escrow(case: UUID, party: UUID, currency: str, amount_micro: int, line: str = "") -> list[Entry]:
    """Keep back what a rights holder is owed until a case is decided."""
    return [
        debit(accounts.payable(party), currency, amount_micro, line),
        credit(accounts.escrow(case, party), currency, amount_micro, line),
    ]


def out_of_escrow(case: UUID, party: UUID, to: UUID, currency: str, amount_micro: int, line: str = "") -> list[Entry]:
    """Owe what was kept back from a party to that party again, or to another."""
    return [
        debit(accounts.escrow(case, party), currency, amount_micro, line),
        credit(accounts.payable(to), currency, amount_micro, line),
    ]
