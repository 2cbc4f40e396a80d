"""Balance set aside for an order until it is paid or given up, so that nothing is spent twice."""

from __future__ import annotations

from uuid import UUID

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.ledger import accounts, actions
from lathe.ledger import queries as books
from lathe.ledger.entries import credit, debit
from lathe.sales.models import Order


def take(*, order: Order, person_uid: UUID) -> None:
    """Move the order's balance part from the buyer's balance to the account held for the order."""
    _move(order, f"hold:{order.uid}", accounts.buyer(person_uid), accounts.held(order.uid))


def release(*, order: Order) -> None:
    """Move what is held for an order back to the buyer's balance; nothing held is as good."""
    if order.person is not None and held_micro(order):
        _move(order, f"hold-release:{order.uid}", accounts.held(order.uid), accounts.buyer(order.person.uid))


def held_micro(order: Order) -> int:
    """What is held for the order now, in millionths."""
    return -books.balance(accounts.held(order.uid), order.currency)


def _move(order: Order, key: str, source: str, target: str) -> None:
    amount = Money(order.balance_minor, order.currency).micro
    actions.post(
        key=key,
        kind="hold",
        subject=str(order.uid),
        occurred_at=clock.now(),
        entries=[debit(source, order.currency, amount), credit(target, order.currency, amount)],
    )
