"""The books as a Beancount ledger: its own checker, `bean-check`, proves them by other people's arithmetic.

Accounts are named as in our codes, in capitals and hyphens where Beancount wants them; the code itself stands beside.
What our own balances say is asserted at the end of every closed month and of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from lathe.ledger import amounts, totals
from lathe.ledger.errors import LedgerError
from lathe.ledger.exports.rows import Row, transactions
from lathe.ledger.models import Account, PeriodBalance, Posting


def lines() -> Iterator[str]:
    """The ledger: options, accounts, transactions in the order of booking, then the balances."""
    first = Posting.objects.order_by("booked_on").values_list("booked_on", flat=True).first()
    yield 'option "title" "Lathe"\n'
    for currency in Account.objects.order_by("currency").values_list("currency", flat=True).distinct():
        yield f'option "operating_currency" "{currency}"\n'
    if first is None:
        return
    names, last = _names(), first
    yield from _open(names, first)
    for group in transactions():
        last = max(last, group[0].booked_on)
        yield from _transaction(group, names)
    yield from _balances(names, last)


def name(code: str) -> str:
    """An account's name: 'assets:processor:demo' is 'Assets:Processor:Demo'."""
    return ":".join(_component(part) for part in code.split(":"))


def _component(part: str) -> str:
    plain = part.replace(".", "-").replace("_", "-")
    return plain[0].upper() + plain[1:]


def _names() -> dict[str, str]:
    """The names of all accounts by code. Raises LedgerError where two would have one."""
    codes = Account.objects.order_by("code").values_list("code", flat=True).distinct()
    names = {code: name(code) for code in codes}
    if len(set(names.values())) < len(names):
        raise LedgerError("Two accounts of the books would have one name in Beancount; export the journal instead.")
    return names


def _open(names: dict[str, str], on: date) -> Iterator[str]:
    """Open every account once, for all its currencies."""
    opened = Account.objects.order_by("code", "currency").values_list("code", "currency")
    for code, held in groupby(opened, key=itemgetter(0)):
        yield f'{on} open {names[code]} {",".join(currency for _, currency in held)}\n  code: "{code}"\n'


def _transaction(group: list[Row], names: dict[str, str]) -> Iterator[str]:
    head = group[0]
    yield f'\n{head.booked_on} * "{head.kind}" "{_quoted(head.subject)}"\n  key: "{_quoted(head.key)}"\n'
    if head.occurred_at.date() != head.booked_on:
        yield f"  occurred: {head.occurred_at.date()}\n"
    if head.invoice:
        yield f'  invoice: "{head.invoice}"\n'
    if head.rate:
        yield f'  rate: "{head.rate}"\n  rate-source: "{_quoted(head.rate_source)}"\n  rate-on: {head.rate_on}\n'
    for row in group:
        yield f"  {names[row.code]}  {amounts.major(row.amount_micro)} {row.currency}\n"


def _balances(names: dict[str, str], last: date) -> Iterator[str]:
    yield "\n"
    kept = PeriodBalance.objects.order_by("period_id", "account__code", "account__currency")
    columns = ("period__last_day", "account__code", "account__currency", "closing_micro")
    for closed_on, code, currency, micro in kept.values_list(*columns).iterator():
        yield _balance(closed_on, names[code], currency, micro)
    for item in totals.balances(None):
        yield _balance(last, names[item.code], item.currency, item.balance_micro)


def _balance(after: date, account: str, currency: str, micro: int) -> str:
    """Beancount asserts what stands before a day begins; without a tolerance of nothing it lets a millionth pass."""
    return f"{after + timedelta(days=1)} balance {account}  {amounts.major(micro)} ~ 0 {currency}\n"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
