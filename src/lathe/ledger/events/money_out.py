"""Money that goes out, or to the bank: transfers from providers, payouts to rights holders, tax."""

from __future__ import annotations

from uuid import UUID

from lathe.basics.money import Money
from lathe.ledger import accounts
from lathe.ledger.entries import Entry, credit, debit


def transfer(provider: str, amount: Money) -> list[Entry]:
    """A payment provider sends what it holds to the shop's bank."""
    return [
        debit(accounts.bank(), amount.currency, amount.micro),
        credit(accounts.processor(provider), amount.currency, amount.micro),
    ]


def payout(party: UUID, amount: Money) -> list[Entry]:
    """A rights holder is paid from the bank what a settled period set apart, in whole minor units."""
    return [
        debit(accounts.payout(party), amount.currency, amount.micro),
        credit(accounts.bank(), amount.currency, amount.micro),
    ]


def tax_paid(country: str, amount: Money) -> list[Entry]:
    """Tax collected for a country is paid from the bank to the tax office."""
    return [
        debit(accounts.tax(country), amount.currency, amount.micro),
        credit(accounts.bank(), amount.currency, amount.micro),
    ]
