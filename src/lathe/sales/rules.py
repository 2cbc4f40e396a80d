"""Pure decisions of a sale: what it posts to the books, what an upgrade costs, what a number looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from lathe.basics.money import Money
from lathe.ledger import accounts
from lathe.ledger.entries import Entry, credit, debit
from lathe.royalties.rules.decisions import Owed

RELEASED = "suspense-release"
"""The kind of the transactions that give what lay in suspense to its party."""
OF_A_SALE = ("sale", "true-up", RELEASED, "refund")
"""The kinds of transactions that say what an order came to: the sale, corrections, refunds of single lines."""
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class LineTerms:
    """What one sold line is worth and to whom. Prices include `tax`."""

    line: UUID
    price: Money
    tax: Money
    owed: Owed

    @property
    def net_micro(self) -> int:
        return (self.price - self.tax).micro

    @property
    def owed_micro(self) -> int:
        """What the rights holders are owed together, in millionths."""
        return self.owed.amount_micro


@dataclass(frozen=True)
class Paid:
    """How an order's total came in: through a provider, from the balance held for it, or both.

    `reference` is the payment's opaque id; it stands on the processor's posting, to tell a second payment apart.
    """

    provider: str = ""
    reference: str = ""
    amount_micro: int = 0
    fee_micro: int = 0
    held_micro: int = 0


def upgrade(price: Money, paid: Money) -> Money:
    """What more costs: the difference to what was paid for the same music, never less than nothing."""
    return price - paid if paid < price else Money.zero(price.currency)


def sale_entries(order: UUID, territory: str, paid: Paid, lines: Sequence[LineTerms]) -> list[Entry]:
    """The postings of a sale: money in, fee, tax, what each rights holder is owed, and the shop's margin."""
    currency = lines[0].price.currency
    from_balance = debit(accounts.held(order), currency, paid.held_micro)
    return merged([*_money_in(paid, currency), from_balance, *line_entries(territory, lines)])


def _money_in(paid: Paid, currency: str) -> list[Entry]:
    """What came through a provider: its part and the shop's."""
    if not paid.provider:
        return []
    return [
        debit(accounts.processor(paid.provider), currency, paid.amount_micro - paid.fee_micro, paid.reference),
        debit(accounts.fees(paid.provider), currency, paid.fee_micro),
    ]


def line_entries(territory: str, lines: Iterable[LineTerms]) -> list[Entry]:
    """The credit side of a sale, line by line: tax, each party's part, margin."""
    entries: list[Entry] = []
    for item in lines:
        currency, line = item.price.currency, str(item.line)
        entries += [
            credit(accounts.tax(territory), currency, item.tax.micro, line),
            *owed_entries(item),
            credit(accounts.margin(), currency, item.net_micro - item.owed_micro, line),
        ]
    return entries


def owed_entries(item: LineTerms) -> list[Entry]:
    """What a line owes: to each party directly; what has no party yet lies in suspense."""
    currency, line = item.price.currency, str(item.line)
    return [
        credit(accounts.payable(part.party) if part.party else accounts.suspense(), currency, part.amount_micro, line)
        for part in item.owed.parts
    ]


def refund_entries(sale: Sequence[Entry], order: UUID, buyer: UUID, paid: Paid) -> list[Entry]:
    """Undo a sale by its own postings: by the original rule and split, whatever the terms say by now.

    The processor keeps its fee, so the shop bears it; the part paid from the balance goes back to the balance.
    """
    currency = sale[0].currency
    money = {accounts.held(order)}
    back = [credit(accounts.buyer(buyer), currency, paid.held_micro)]
    if paid.provider:
        money |= {accounts.processor(paid.provider), accounts.fees(paid.provider)}
        back.append(credit(accounts.processor(paid.provider), currency, paid.amount_micro, paid.reference))
    undone = [debit(e.account_code, e.currency, -e.amount_micro, e.line) for e in sale if e.account_code not in money]
    return merged([*undone, *back])


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Add up entries of one account and line, and leave out those that come to nothing."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for entry in entries:
        sums[entry.account_code, entry.currency, entry.line] += entry.amount_micro
    return [debit(code, currency, amount, line) for (code, currency, line), amount in sums.items() if amount]


def number(random: bytes) -> str:
    """An order number people can read out, from 8 random bytes: 'K7QF-2M9D'. No letters that look alike."""
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in random[:8])
    return f"{letters[:4]}-{letters[4:]}"
