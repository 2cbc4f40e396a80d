"""What comes onto a balance besides gifts and refunds: top-ups with their bonus, redeemed vouchers, credit for a bad
file. A balance is spent on music of any rate of tax, so tax is due then and not before.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from lathe.accounts.models import Person
from lathe.basics import clock
from lathe.basics.money import Money
from lathe.ledger import accounts, actions
from lathe.ledger import queries as books
from lathe.ledger.entries import Entry
from lathe.ledger.events import losses, money_in
from lathe.ledger.events.money_in import Received
from lathe.ledger.models import Transaction
from lathe.payments.models import Payment
from lathe.sales.errors import SalesError
from lathe.sales.models import Order, OrderLine


@transaction.atomic
def top_up(*, person: Person, payment: Payment, bonus: Money | None = None) -> None:
    """Put a paid payment on a buyer's balance, with a bonus of the shop where there is one. Again changes nothing.

    Raises SalesError for a payment that is not paid, or a bonus of another currency or of less than nothing.
    """
    if payment.state != Payment.State.PAID:
        raise SalesError(f"Payment {payment.uid} is {payment.state}; only a paid one tops a balance up.")
    _post(f"top-up:{payment.uid}", "top-up", str(payment.uid), money_in.top_up(received(payment), person.uid))
    if bonus:
        if bonus.currency != payment.currency or bonus.minor < 0:
            raise SalesError(f"A bonus on {payment.amount} is an amount of {payment.currency}; {bonus} is not.")
        entries = money_in.bonus(person.uid, bonus.currency, bonus.micro)
        _post(f"bonus:{payment.uid}", "bonus", str(payment.uid), entries)


@transaction.atomic
def credit_bad_file(*, line: OrderLine, amount: Money, key: str) -> None:
    """Give a buyer back, on the balance, what a line with a bad file cost, or part of it. `key` makes it happen once.

    The shop bears it: the rights holder keeps its part. Raises SalesError for an order that is not paid, or for more
    than the line cost less what was given back for it already.
    """
    order = Order.objects.select_for_update().get(id=line.order_id)
    known = books.transaction(f"bad-file:{key}")
    if order.state != Order.State.PAID or order.person is None:
        raise SalesError(f"Order {order.number} is not paid, so nothing is given back for a file of it.")
    left = line.price.micro - _given_back(order, line)
    if known is None and not (amount.currency == order.currency and 0 < amount.micro <= left):
        raise SalesError(
            f"{amount} cannot be given back for {line.title!r}: it cost {line.price}, and some may be back already."
        )
    entries = losses.bad_file(order.person.uid, amount.currency, amount.micro, str(line.uid))
    _post(f"bad-file:{key}", "bad-file", str(order.uid), entries)


def _given_back(order: Order, line: OrderLine) -> int:
    return sum(
        posting.amount_micro
        for item in books.transactions_of(str(order.uid))
        if item.kind == "bad-file"
        for posting in item.postings.all()
        if posting.line == str(line.uid) and posting.account.code == accounts.bad_files()
    )


@transaction.atomic
def sell_voucher(*, voucher: UUID, payment: Payment) -> None:
    """Book a voucher that was sold for the amount of a paid payment. Again changes nothing. Raises SalesError."""
    if payment.state != Payment.State.PAID:
        raise SalesError(f"Payment {payment.uid} is {payment.state}; only a paid one buys a voucher.")
    _post(f"voucher-sold:{voucher}", "voucher-sold", str(voucher), money_in.voucher_sold(received(payment), voucher))


@transaction.atomic
def redeem_voucher(*, voucher: UUID, person: Person, currency: str) -> Money:
    """Put what a voucher is good for on a buyer's balance, and return it. The same buyer again changes nothing.

    Raises SalesError where it is good for nothing: never sold, redeemed by somebody else, or lapsed.
    """
    first = books.transaction(f"voucher-redeemed:{voucher}")
    if first is not None:
        return _redeemed(first, voucher, person)
    worth = _worth(voucher, currency)
    entries = money_in.voucher_redeemed(voucher, person.uid, currency, worth)
    posted = _post(f"voucher-redeemed:{voucher}", "voucher-redeemed", str(voucher), entries)
    return _redeemed(posted, voucher, person)


@transaction.atomic
def expire_voucher(*, voucher: UUID, currency: str) -> None:
    """Book that a voucher lapsed: what it was good for is the shop's now. Again changes nothing. Raises SalesError."""
    if books.transaction(f"voucher-expired:{voucher}") is None:
        entries = money_in.voucher_expired(voucher, currency, _worth(voucher, currency))
        _post(f"voucher-expired:{voucher}", "voucher-expired", str(voucher), entries)


def received(payment: Payment) -> Received:
    """A payment as the books take it."""
    return Received(payment.provider, str(payment.uid), payment.currency, payment.amount.micro, payment.fee_micro)


def _worth(voucher: UUID, currency: str) -> int:
    """What a voucher is good for, in millionths; it is held until the caller's transaction ends."""
    actions.lock_account(accounts.voucher(voucher), currency)
    worth = -books.balance(accounts.voucher(voucher), currency)
    if worth <= 0:
        raise SalesError("This voucher is good for nothing: it was never sold, is spent, or has lapsed.")
    return worth


def _redeemed(posted: Transaction, voucher: UUID, person: Person) -> Money:
    mine = next((p for p in posted.postings.all() if p.account.code == accounts.buyer(person.uid)), None)
    if mine is None:
        raise SalesError("This voucher was redeemed by somebody else.")
    minor = -mine.amount_micro // Money(1, mine.currency).micro
    return Money(minor, mine.currency)


def _post(key: str, kind: str, subject: str, entries: list[Entry]) -> Transaction:
    return actions.post(key=key, kind=kind, subject=subject, occurred_at=clock.now(), entries=entries)
