"""Reads of the books. Amounts are micro: 10⁻⁶ of the major unit; debits positive, credits negative."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum

from lathe.basics.money import MICRO, Money
from lathe.ledger import accounts, totals
from lathe.ledger.errors import NoRate
from lathe.ledger.links import Invoice
from lathe.ledger.models import ExchangeRate, Posting, Seal, Transaction
from lathe.ledger.rates import Rate

_MANY = 500
"""Ids in one query; databases bound how many values it may have."""


def balance(account_code: str, currency: str, before: datetime | None = None) -> int:
    """The balance of an account in micro; of one that was never used, 0. With `before`, what was booked before then."""
    return totals.balance(account_code, currency, before)


def buyer_balance(person_uid: UUID, currency: str) -> Money:
    """What a buyer may spend: the shop's debt to them in whole minor units, rounded down, never below zero."""
    owed = max(-balance(accounts.buyer(person_uid), currency), 0)
    return Money(owed * 10 ** Money.zero(currency).digits // MICRO, currency)


def by_line(account_code: str, currency: str, lines: Sequence[str]) -> dict[str, int]:
    """The balance of an account in micro that each of these order lines makes, by the line's opaque id."""
    sums: dict[str, int] = {}
    for start in range(0, len(lines), _MANY):
        found = _postings(account_code, currency, None, None).filter(line__in=lines[start : start + _MANY])
        sums.update(found.order_by().values_list("line").annotate(total=Sum("amount_micro")))
    return sums


def lines_of(account_code: str) -> list[str]:
    """The opaque ids of the order lines that were ever posted on an account."""
    found = Posting.objects.filter(account__code=account_code).exclude(line="")
    return sorted(set(found.values_list("line", flat=True)))


def postings_keyed(subject: str, beginning: str, lines: Sequence[str]) -> list[Posting]:
    """The postings about these order lines in transactions of a subject whose key has this beginning, with accounts.

    By the subject, for which there is an index: a look at every posting would cost more with every sale.
    """
    found = Posting.objects.filter(transaction__subject=subject, transaction__key__startswith=beginning, line__in=lines)
    return list(found.select_related("account").order_by("transaction_id", "position"))


def postings_of(
    account_code: str, currency: str, since: datetime | None = None, until: datetime | None = None
) -> list[Posting]:
    """The postings of an account booked from `since` until before `until`, oldest first, with transactions.

    What came too late for a closed period is booked in the next; `transaction.occurred_at` tells when it was.
    """
    found = _postings(account_code, currency, since, until).select_related("transaction", "account")
    return list(found.order_by("transaction__booked_at", "transaction__recorded_at", "transaction_id", "position"))


def _postings(
    account_code: str, currency: str, since: datetime | None, until: datetime | None
) -> QuerySet[Posting, Posting]:
    found = Posting.objects.filter(account__code=account_code, account__currency=currency)
    if since is not None:
        found = found.filter(booked_on__gte=since.astimezone(UTC).date(), transaction__booked_at__gte=since)
    if until is not None:
        found = found.filter(booked_on__lte=until.astimezone(UTC).date(), transaction__booked_at__lt=until)
    return found


def transaction(key: str) -> Transaction | None:
    """The transaction of a key with its postings and their accounts, or None."""
    return Transaction.objects.filter(key=key).prefetch_related("postings__account").first()


def transactions_of(subject: str) -> list[Transaction]:
    """The transactions about an order or payment, oldest first, with postings and accounts."""
    found = Transaction.objects.filter(subject=subject).prefetch_related("postings__account")
    return list(found.order_by("occurred_at", "recorded_at", "id"))


def invoice_numbers(transactions: Iterable[Transaction]) -> dict[UUID, Invoice]:
    """The invoice numbers of those transactions that have one, by their ids."""
    found = Seal.objects.filter(transaction__in=list(transactions), number__isnull=False)
    numbers = found.values_list("transaction_id", "series", "number")
    return {uid: Invoice(series, number) for uid, series, number in numbers if number is not None}


def chain_head() -> Seal | None:
    """The last seal: who keeps its digest can prove later that nothing before it was changed. None before the first."""
    return Seal.objects.order_by("-seq").first()


def rate_from(base: str, quote: str, day: date) -> Rate:
    """The rate of a day that was kept, or of the next that has one within a week, as banks rest. Raises NoRate."""
    near = ExchangeRate.objects.filter(base=base, quote=quote, on__range=(day, day + timedelta(days=7)))
    found = near.order_by("on").first()
    if found is None:
        raise NoRate(
            f"No rate of {quote} for {base} is kept for {day}. Look it up, then: "
            f"lathe ledger rate {quote} VALUE --on {day} --source ECB"
        )
    return Rate(found.base, found.quote, found.value, found.source, found.on)
