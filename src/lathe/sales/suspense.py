"""Royalties in suspense: found in the books, and released once somebody knows whose they are.

A line is decided again by the terms on record now for the day of its order. The release is posted today: periods that
are settled stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from lathe.basics import clock
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.entries import Entry, credit, debit
from lathe.ledger.models import Posting
from lathe.royalties import queries as agreed
from lathe.royalties.rules import suspense
from lathe.royalties.rules.decisions import Owed
from lathe.sales import owing, rules, settlement
from lathe.sales.models import Order, OrderLine
from lathe.sales.owing import Worth
from lathe.sales.rules import LineTerms

_AT_ONCE = 500


@dataclass(frozen=True)
class Waiting:
    """A line with what lies in suspense for it, in millionths, and the recordings or works that wait for a party.

    No subject: the seller had no contract that holds.
    """

    line: OrderLine
    amount_micro: int
    subjects: tuple[UUID, ...]


def waiting() -> list[Waiting]:
    """Every line with something in suspense, oldest order first."""
    found = Posting.objects.filter(account__code=accounts.suspense()).values_list("line")
    amounts = {line: -total for line, total in found.annotate(total=Sum("amount_micro")) if total}
    uids = list(amounts)
    lines = [
        line
        for first in range(0, len(uids), _AT_ONCE)
        for line in OrderLine.objects.filter(uid__in=uids[first : first + _AT_ONCE]).select_related(
            "order", "release__label", "track"
        )
    ]
    lines.sort(key=lambda line: (line.order.placed_at, line.id))
    return [Waiting(line, amounts[str(line.uid)], _subjects(line)) for line in lines]


def release() -> int:
    """Decide again whatever waits, and post what has a party now; returns how many lines changed. Repeats safely."""
    orders = sorted({item.line.order_id for item in waiting()})
    return sum(_release(order_id) for order_id in orders)


@transaction.atomic
def _release(order_id: int) -> int:
    order = Order.objects.select_for_update().get(id=order_id)
    if order.state != Order.State.PAID:
        return 0
    lines = [line for line in settlement.sold_lines(order) if _waits(line)]
    changed = [(line, old, new) for line in lines for old, new in [_decided(order, line)] if old.owed != new.owed]
    entries = [entry for _, old, new in changed for entry in _entries(order, old, new)]
    owing.keep([(line, new.owed) for line, _, new in changed])
    if entries:
        earlier = [item for item in books.transactions_of(str(order.uid)) if item.kind == rules.RELEASED]
        ledger.post(
            key=f"{rules.RELEASED}:{order.uid}:{len(earlier) + 1}",
            kind=rules.RELEASED,
            subject=str(order.uid),
            occurred_at=clock.now(),
            entries=rules.merged(entries),
        )
    return len(changed)


def _decided(order: Order, line: OrderLine) -> tuple[LineTerms, LineTerms]:
    """What is kept for a line, and what it comes to with what is known now."""
    old = owing.kept(line)
    [(asked, now)] = owing.asked(order, [Worth.sold(line)])
    sold = owing.as_kept(asked, old.owed)
    then = agreed.as_decided(sold, old.owed)
    is_open = any(part.party is None and part.subject is None for part in old.owed.parts)
    [(counted, _)] = owing.counted(order, [(sold, now)]) if is_open else [(sold, now)]
    return old, replace(old, owed=suspense.resolve(old.owed, counted, then, now))


def _entries(order: Order, old: LineTerms, new: LineTerms) -> list[Entry]:
    """The difference of two decisions; what is left over goes where the rest of the sale went."""
    undone = [debit(e.account_code, e.currency, -e.amount_micro, e.line) for e in rules.owed_entries(old)]
    rest = accounts.gifts() if order.gift_reason else accounts.margin()
    left = old.owed_micro - new.owed_micro
    return [*undone, *rules.owed_entries(new), credit(rest, order.currency, left, str(old.line))]


def _waits(line: OrderLine) -> bool:
    return any(part.party is None for part in _owed(line).parts)


def _subjects(line: OrderLine) -> tuple[UUID, ...]:
    return tuple(part.subject for part in _owed(line).parts if part.party is None and part.subject)


def _owed(line: OrderLine) -> Owed:
    return Owed.read(line.royalties) if line.royalties else Owed(())
