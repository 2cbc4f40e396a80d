"""What the shop loses or gives up: chargebacks, bad files, write-offs."""

from __future__ import annotations

from uuid import UUID

from lathe.ledger import accounts
from lathe.ledger.entries import Entry, credit, debit


def chargeback_cost(provider: str, currency: str, cost_micro: int) -> list[Entry]:
    """What a payment taken back costs beside the sale itself: the provider's fee, or a payment lost once more."""
    return [
        debit(accounts.chargebacks(provider), currency, cost_micro),
        credit(accounts.processor(provider), currency, cost_micro),
    ]


def taken_from_balance(provider: str, buyer: UUID, currency: str, amount_micro: int) -> list[Entry]:
    """A payment that lies on a balance is taken back from there, also below zero: then the buyer owes it."""
    return [
        debit(accounts.buyer(buyer), currency, amount_micro),
        credit(accounts.processor(provider), currency, amount_micro),
    ]


def bad_file(buyer: UUID, currency: str, amount_micro: int, line: str) -> list[Entry]:
    """A buyer gets back on the balance what a bad file cost. The shop bears it: the rights holder keeps its part."""
    return [
        debit(accounts.bad_files(), currency, amount_micro, line),
        credit(accounts.buyer(buyer), currency, amount_micro, line),
    ]


def write_off(code: str, currency: str, amount_micro: int) -> list[Entry]:
    """Give up so much of an account's balance.

    A positive amount is a debit balance, which nobody will pay to the shop any more: an expense. A negative amount is a
    credit balance, which the shop need not pay any more: income.
    """
    other = accounts.written_off() if amount_micro > 0 else accounts.released()
    return [credit(code, currency, amount_micro), debit(other, currency, amount_micro)]
