"""The chart of accounts: a path names an account, and its first word says what kind it is.

Sign: debits are positive, credits negative. What the shop owes is a negative balance of a liability.
"""

from __future__ import annotations

import re
from functools import lru_cache
from uuid import UUID

from lathe.basics import territory as territories
from lathe.ledger.errors import LedgerError

ASSET, LIABILITY, EQUITY, INCOME, EXPENSE = "asset", "liability", "equity", "income", "expense"
KINDS = {
    "assets": ASSET,
    "liabilities": LIABILITY,
    "equity": EQUITY,
    "income": INCOME,
    "expenses": EXPENSE,
}
"""The first word of a code, and the kind of the account."""

_CODE = re.compile(r"(?:[a-z]+)(?::[A-Za-z0-9][A-Za-z0-9._-]*)+")
_LONGEST = 120


@lru_cache(maxsize=4096)
def kind(code: str) -> str:
    """The kind of an account by its code. Raises LedgerError on a code outside the chart."""
    root = code.partition(":")[0]
    if len(code) > _LONGEST or not _CODE.fullmatch(code) or root not in KINDS:
        raise LedgerError(
            f"{code!r} names no account; a code begins with one of {', '.join(KINDS)}, "
            f"as in income:margin, and has at most {_LONGEST} characters."
        )
    return KINDS[root]


def buyer(uid: UUID | str) -> str:
    """A buyer's balance: what the shop owes the person and the person may spend. A liability."""
    return f"liabilities:buyer:{uid}"


def held(order_uid: UUID | str) -> str:
    """A buyer's balance set aside for an order until it is paid or given up. A liability."""
    return f"liabilities:held:{order_uid}"


def payable(uid: UUID | str) -> str:
    """What the shop owes a party in royalties. A liability."""
    return f"liabilities:payable:{uid}"


def escrow(case_uid: UUID | str, party_uid: UUID | str) -> str:
    """What was owed to a party for music in dispute, kept apart until it is known whose it is. A liability."""
    return f"liabilities:escrow:{case_uid}:{party_uid}"


def tax(territory: str) -> str:
    """Tax collected for a country, by its ISO 3166 code. A liability. Raises TerritoryError."""
    return f"liabilities:tax:{territories.check(territory)}"


def processor(name: str) -> str:
    """Money a payment provider holds for the shop. An asset."""
    return f"assets:processor:{name}"


def fees(name: str) -> str:
    """What a payment provider keeps for its work. An expense."""
    return f"expenses:fees:{name}"


def margin() -> str:
    """What is left to the shop of a sale. Income; on a sale below cost it is debited."""
    return "income:margin"


def gifts() -> str:
    """What the operator gives away: balance, and what rights holders are owed for music given. An expense."""
    return "expenses:gifts"


def bank() -> str:
    """The shop's account at its bank. An asset."""
    return "assets:bank"


def voucher(uid: UUID | str) -> str:
    """What a voucher that was sold is still good for. A liability: no tax is due before it is spent."""
    return f"liabilities:voucher:{uid}"


def conversion() -> str:
    """Where one currency goes out and another comes in, so that each sums to zero by itself. Equity."""
    return "equity:conversion"


def bonus() -> str:
    """What is added to a top-up for nothing. An expense."""
    return "expenses:bonus"


def bad_files() -> str:
    """What buyers get back for a file that was not as it should be. An expense."""
    return "expenses:bad-files"


def chargebacks(name: str) -> str:
    """What a payment provider charges for a payment taken back, and what that loses. An expense."""
    return f"expenses:chargebacks:{name}"


def lapsed() -> str:
    """What vouchers were good for that nobody redeemed in time. Income."""
    return "income:lapsed"


def written_off() -> str:
    """What the shop was owed and gives up. An expense."""
    return "expenses:written-off"


def released() -> str:
    """What the shop owed and need not pay any more. Income."""
    return "income:released"


def rounding() -> str:
    """What is left between millionths and whole minor units when something is paid. Income, or its opposite."""
    return "income:rounding"


def suspense() -> str:
    """Royalties whose party is not known yet, each with its order line. A liability."""
    return "liabilities:suspense"


def reserve(uid: UUID | str) -> str:
    """What is held back of a party's royalties against refunds to come. A liability."""
    return f"liabilities:reserve:{uid}"


def payout(uid: UUID | str) -> str:
    """What a settled period says is to be transferred to a party. A liability."""
    return f"liabilities:payout:{uid}"


def withholding() -> str:
    """Tax kept back from royalties for the tax office. A liability."""
    return "liabilities:withholding"


def advance(uid: UUID | str) -> str:
    """What a party was paid in advance and has not earned back. An asset."""
    return f"assets:advance:{uid}"


def input_tax() -> str:
    """VAT added to royalties, which the tax office gives back. An asset."""
    return "assets:input-tax"
