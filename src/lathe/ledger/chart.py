"""The chart of accounts as an accountant reads it: a number and a name for each family of accounts.

Numbers follow the classes of German charts of the process-free kind: 1 current assets, 2 equity, 3 liabilities, 4
income, 6 expenses. Accounts of one family, such as those of all buyers, are the sub-ledger of its number.
"""

from __future__ import annotations

from dataclasses import dataclass

from lathe.ledger import accounts


@dataclass(frozen=True)
class Family:
    """Accounts that an accountant keeps under one number; `code` is what their codes begin with."""

    code: str
    number: int
    name: str

    @property
    def kind(self) -> str:
        """asset, liability, equity, income or expense."""
        return accounts.KINDS[self.code.partition(":")[0]]

    def holds(self, code: str) -> bool:
        """Whether an account belongs to it."""
        return code == self.code or code.startswith(f"{self.code}:")


FAMILIES = tuple(
    Family(code, number, name)
    for code, number, name in (
        ("assets:advance", 1320, "Advances to rights holders"),
        ("assets:input-tax", 1406, "Input tax on royalties"),
        ("assets:processor", 1460, "Money in transit: held by payment providers"),
        ("assets:bank", 1800, "Bank"),
        ("equity:conversion", 2970, "Currency conversion"),
        ("liabilities:payable", 3310, "Trade payables: rights holders"),
        ("liabilities:payout", 3312, "Royalties settled, to be paid out"),
        ("liabilities:reserve", 3314, "Royalties held in reserve"),
        ("liabilities:suspense", 3316, "Royalties in suspense"),
        ("liabilities:escrow", 3320, "Disputed payables held in escrow"),
        ("liabilities:buyer", 3500, "Customers' balances"),
        ("liabilities:held", 3505, "Customers' balances set aside for orders"),
        ("liabilities:voucher", 3510, "Multi-purpose vouchers outstanding"),
        ("liabilities:withholding", 3730, "Tax withheld from royalties"),
        ("liabilities:tax", 3806, "Value added tax collected"),
        ("income:margin", 4400, "Revenue: the shop's part of sales"),
        ("income:lapsed", 4830, "Vouchers lapsed"),
        ("income:rounding", 4840, "Rounding differences"),
        ("income:released", 4930, "Liabilities released"),
        ("expenses:gifts", 6600, "Gifts and goodwill"),
        ("expenses:bonus", 6605, "Bonuses on top-ups"),
        ("expenses:bad-files", 6610, "Credits for bad files"),
        ("expenses:fees", 6855, "Fees of payment providers"),
        ("expenses:chargebacks", 6860, "Chargebacks and their fees"),
        ("expenses:written-off", 6930, "Receivables written off"),
    )
)
"""Every family there is, by number."""

_OTHER = {
    "assets": Family("assets", 1499, "Other current assets"),
    "equity": Family("equity", 2999, "Other equity"),
    "liabilities": Family("liabilities", 3999, "Other liabilities"),
    "income": Family("income", 4999, "Other income"),
    "expenses": Family("expenses", 6999, "Other expenses"),
}
"""Where an account that no family claims is kept, by the first word of its code."""


def family(code: str) -> Family:
    """The family of an account. Raises LedgerError on a code outside the chart."""
    accounts.kind(code)
    return next((item for item in FAMILIES if item.holds(code)), _OTHER[code.partition(":")[0]])
