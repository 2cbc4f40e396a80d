"""What an operator books by hand or a room above has booked: each posts one event once, in the caller's transaction.

`key` makes it happen once. `occurred_at` is the moment it happened, now where it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.ledger import accounts, actions, amounts, queries
from lathe.ledger.entries import Entry
from lathe.ledger.errors import LedgerError
from lathe.ledger.events import losses, money_out, transfers
from lathe.ledger.models import ExchangeRate, Transaction
from lathe.ledger.rates import Rate


@dataclass(frozen=True)
class Note:
    """What makes a booking one event: `key`, used once for ever; `subject`, an opaque id or a document's reference."""

    key: str
    subject: str
    occurred_at: datetime | None = None


def pay_out(*, party: UUID, amount: Money, note: Note) -> Transaction:
    """Book a payment to a rights holder from the bank. Raises LedgerError where it is more than was settled for it."""
    with transaction.atomic():
        found = queries.transaction(f"payout:{note.key}")
        if found is None:
            actions.lock_account(accounts.payout(party), amount.currency)
            owed = -queries.balance(accounts.payout(party), amount.currency)
            if not 0 < amount.micro <= owed:
                raise LedgerError(
                    f"{amount} cannot be paid to {party}: its settled periods have {amounts.major(owed)} "
                    f"{amount.currency} to be paid. Pay at most that, and more than nothing; `lathe royalties settle` "
                    "settles a period."
                )
        return _post("payout", note, money_out.payout(party, amount))


def transfer(*, provider: str, amount: Money, note: Note) -> Transaction:
    """Book that a payment provider sent so much to the bank. Raises LedgerError on an amount of nothing or less."""
    if amount.minor <= 0:
        raise LedgerError(f"A transfer is of more than nothing; {amount} is not.")
    return _post("transfer", note, money_out.transfer(provider, amount))


def pay_tax(*, country: str, amount: Money, note: Note) -> Transaction:
    """Book that tax collected for a country was paid. Raises LedgerError on an amount of nothing or less."""
    if amount.minor <= 0:
        raise LedgerError(f"A payment of tax is of more than nothing; {amount} is not.")
    return _post("tax-paid", note, money_out.tax_paid(country, amount))


def write_off(*, code: str, currency: str, note: Note) -> Transaction:
    """Give up the whole balance of an account: what it holds is lost, or what it owes need not be paid any more.

    Raises LedgerError on an account that stands at nothing, or is income, expense or equity.
    """
    if accounts.kind(code) not in {accounts.ASSET, accounts.LIABILITY}:
        raise LedgerError(f"Only assets and liabilities are written off; {code} is neither.")
    with transaction.atomic():
        found = queries.transaction(f"write-off:{note.key}")
        if found is not None:
            amount = next((-p.amount_micro for p in found.postings.all() if p.account.code == code), 0)
        else:
            actions.lock_account(code, currency)
            amount = queries.balance(code, currency)
        if not amount:
            raise LedgerError(f"{code} stands at nothing in {currency}; there is nothing to write off.")
        return _post("write-off", note, losses.write_off(code, currency, amount))


def convert(*, source: str, target: str, amount_micro: int, rate: Rate, note: Note) -> Transaction:
    """Convert so much of one account into another currency on another (or the same) account.

    What leaves is `amount_micro` of `rate.base`, a credit balance by a negative amount. The rate, its source and its
    day stand on the entry. Raises LedgerError where that is more than the account holds.
    """
    with transaction.atomic():
        if queries.transaction(f"conversion:{note.key}") is None:
            actions.lock_account(source, rate.base)
            held = queries.balance(source, rate.base)
            if amount_micro == 0 or held * amount_micro <= 0 or abs(amount_micro) > abs(held):
                wanted, stands = amounts.major(amount_micro), amounts.major(held)
                raise LedgerError(f"{wanted} {rate.base} cannot be converted: {source} stands at {stands}.")
        return _post("conversion", note, transfers.conversion(source, target, amount_micro, rate), rate)


def give_rate(rate: Rate) -> ExchangeRate:
    """Keep an exchange rate for later; the same again changes nothing. Raises LedgerError where another is kept."""
    kept, _ = ExchangeRate.objects.get_or_create(
        base=rate.base, quote=rate.quote, on=rate.on, defaults={"value": rate.value, "source": rate.source}
    )
    if (kept.value, kept.source) != (rate.value, rate.source):
        raise LedgerError(
            f"The rate of {rate.on} is kept already: 1 {kept.base} = {kept.value} {kept.quote} by {kept.source}. "
            "A rate is never changed, for what was reckoned with it stands."
        )
    return kept


def _post(kind: str, note: Note, entries: list[Entry], rate: Rate | None = None) -> Transaction:
    return actions.post(
        key=f"{kind}:{note.key}",
        kind=kind,
        subject=note.subject[:80],
        occurred_at=note.occurred_at or clock.now(),
        entries=entries,
        rate=rate,
    )
