"""What the page of one order shows, gathered from the rooms that know it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lathe.accounts import queries as people
from lathe.backoffice import record, subjects, words
from lathe.delivery import queries as delivery
from lathe.jobs import queries as jobs
from lathe.ledger import accounts
from lathe.ledger import queries as books
from lathe.ledger.models import Transaction
from lathe.mail.models import Letter
from lathe.payments import queries as payments
from lathe.payments.queries import Attempt
from lathe.sales import letters, refunds
from lathe.sales.models import Order, OrderLine

_LINK = re.compile(r"(/library/o/)\S+")


@dataclass(frozen=True)
class Entry:
    """One posting in plain words; `line` is the title of the order line it is about, where it is about one."""

    words: str
    line: str
    amount_micro: int
    currency: str


@dataclass(frozen=True)
class Event:
    """One transaction of the books. `invoice` is its number where it is an invoice or corrects one and is sealed."""

    at: datetime
    words: str
    entries: Sequence[Entry]
    invoice: str


@dataclass(frozen=True)
class Sent:
    """A letter, its text without the link that opens the buyer's files: who takes that asks for it and is recorded."""

    letter: Letter
    text: str


@dataclass(frozen=True)
class Evidence:
    """One sign of where the buyer is."""

    source: str
    country: str


def context(order: Order) -> dict[str, Any]:
    """Everything the page shows."""
    lines = list(order.lines.select_related("order", "release"))
    attempts = payments.attempts(order.uid)
    refund = getattr(order, "refund", None)
    return {
        "order": order,
        "country": words.country(order.territory),
        "lines": lines,
        "evidence": _evidence(order, attempts),
        "attempts": attempts,
        "events": _events(order, lines),
        "letters": [Sent(letter, _LINK.sub(r"\1…", letter.text)) for letter in letters.written(order=order)],
        "owned": delivery.granted_by(order.uid),
        "from_balance": order.total - order.due,
        "refund": refund,
        "returning": jobs.unfinished(kind=refunds.RETURN_MONEY, key=str(refund.uid)) if refund else None,
        "refunded_by": people.addresses([refund.made_by]).get(refund.made_by, "") if refund else "",
        "record": record.of(subjects.order(order)),
        "below_cost": order.below_cost_micro,
        "is_paid": order.state == Order.State.PAID,
    }


def _evidence(order: Order, attempts: Sequence[Attempt]) -> list[Evidence]:
    said = [(words.evidence(source), code) for source, code in order.evidence.items()]
    paid = [(words.evidence("payment"), item.payment.country) for item in attempts if item.payment.country]
    return [Evidence(source, words.country(code)) for source, code in dict.fromkeys([*said, *paid])]


def _events(order: Order, lines: Sequence[OrderLine]) -> list[Event]:
    titles = {str(line.uid): line.title for line in lines}
    found = books.transactions_of(str(order.uid))
    parties, numbers = words.party_names(_parties(found)), books.invoice_numbers(found)
    return [
        Event(item.occurred_at, words.event(item), _entries(item, titles, parties), str(numbers.get(item.id, "")))
        for item in found
    ]


def _parties(found: Sequence[Transaction]) -> set[UUID]:
    """The rights holders that the postings name."""
    beginning = accounts.payable("")
    codes = {posting.account.code for item in found for posting in item.postings.all()}
    return {UUID(code.removeprefix(beginning)) for code in codes if code.startswith(beginning)}


def _entries(item: Transaction, titles: dict[str, str], parties: dict[str, str]) -> list[Entry]:
    postings = sorted(item.postings.all(), key=lambda posting: posting.position)
    return [
        Entry(
            words=words.account(posting.account.code, parties),
            line=titles.get(posting.line, "") if len(titles) > 1 else "",
            amount_micro=words.amount_micro(posting.amount_micro, posting.account),
            currency=posting.currency,
        )
        for posting in postings
    ]
