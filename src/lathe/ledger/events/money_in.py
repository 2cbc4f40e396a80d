"""Money that comes in before anything is sold: top-ups, bonuses, vouchers. Nothing of it is earned or taxed yet.

A balance and a voucher can be spent on music taxed at several rates, so they are multi-purpose vouchers: tax is due
when they are spent, never before (Directive 2006/112/EC, art. 30b).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lathe.ledger import accounts
from lathe.ledger.entries import Entry, credit, debit


@dataclass(frozen=True)
class Received:
    """Money taken by a payment provider: `amount_micro`, of which it keeps `fee_micro`. `reference` is opaque."""

    provider: str
    reference: str
    currency: str
    amount_micro: int
    fee_micro: int = 0

    def entries(self) -> list[Entry]:
        """The debit side: what the provider holds for the shop, and its fee."""
        held, currency = self.amount_micro - self.fee_micro, self.currency
        return [
            debit(accounts.processor(self.provider), currency, held, self.reference),
            debit(accounts.fees(self.provider), currency, self.fee_micro),
        ]


def top_up(received: Received, buyer: UUID) -> list[Entry]:
    """A buyer pays onto the balance."""
    return [*received.entries(), credit(accounts.buyer(buyer), received.currency, received.amount_micro)]


def bonus(buyer: UUID, currency: str, amount_micro: int) -> list[Entry]:
    """The shop adds to a balance for nothing."""
    return [
        debit(accounts.bonus(), currency, amount_micro),
        credit(accounts.buyer(buyer), currency, amount_micro),
    ]


def voucher_sold(received: Received, voucher: UUID) -> list[Entry]:
    """A voucher is sold for what it is good for."""
    return [*received.entries(), credit(accounts.voucher(voucher), received.currency, received.amount_micro)]


def voucher_redeemed(voucher: UUID, buyer: UUID, currency: str, amount_micro: int) -> list[Entry]:
    """A voucher becomes balance."""
    return [
        debit(accounts.voucher(voucher), currency, amount_micro),
        credit(accounts.buyer(buyer), currency, amount_micro),
    ]


def voucher_expired(voucher: UUID, currency: str, amount_micro: int) -> list[Entry]:
    """A voucher lapses; nothing was supplied for it, so no tax is due."""
    return [debit(accounts.voucher(voucher), currency, amount_micro), credit(accounts.lapsed(), currency, amount_micro)]
