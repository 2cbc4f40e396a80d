"""Loads sales into the books by the hundred thousand: real entries and digests, real triggers, no ORM."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from lathe.basics.money import Money
from lathe.ledger import accounts, rules
from lathe.ledger.entries import Entry
from lathe.ledger.models import Account
from lathe.royalties.rules.decisions import Owed, Part
from lathe.sales import rules as sales
from lathe.sales.rules import LineTerms, Paid

_POSTING = ("transaction_id", "account_id", "amount_micro", "currency", "line", "position", "booked_on")
_TRANSACTION = ("id", "key", "digest", "kind", "subject", "occurred_at", "booked_at", "recorded_at")


def uid(chance: random.Random) -> UUID:
    """A random id that the same chance makes again."""
    return UUID(int=chance.getrandbits(128), version=4)


def sale(chance: random.Random, parties: Sequence[UUID], lines: int) -> list[Entry]:
    """The entries of an order of so many lines, paid by the demo processor."""
    terms = [_line(chance, parties) for _ in range(lines)]
    total = sum(line.price.micro for line in terms)
    return sales.sale_entries(uid(chance), "DE", Paid("demo", str(uid(chance)), total, total // 50), terms)


def _line(chance: random.Random, parties: Sequence[UUID]) -> LineTerms:
    price = Money(chance.choice((99, 129, 249, 999)), "EUR")
    # Most of what is sold is by few.
    party = parties[int(len(parties) * chance.random() ** 3)]
    tax = Money(price.minor * 19 // 119, "EUR")
    owed = Owed((Part(party, "label", "all sales", 1, (price - tax).micro * 7 // 10),))
    return LineTerms(uid(chance), price, tax, owed)


class Loader:
    """Writes orders spread over a span of time, so many to a database transaction."""

    def __init__(self, chance: random.Random, begin: datetime, span: timedelta, parties: int) -> None:
        self._chance, self._begin, self._span = chance, begin, span
        self._parties = [UUID(int=number) for number in range(parties)]
        self._accounts: dict[str, int] = {}
        self.orders = self.lines = self.postings = 0

    def open_accounts(self) -> None:
        """Open every account that the sales touch."""
        codes = [accounts.processor("demo"), accounts.fees("demo"), accounts.tax("DE"), accounts.margin()]
        for code in (*codes, *(accounts.payable(party) for party in self._parties)):
            made = Account.objects.create(code=code, currency="EUR", kind=accounts.kind(code))
            self._accounts[code] = made.pk

    @transaction.atomic
    def write(self, orders: int, most_lines: int) -> None:
        """Write so many orders, or fewer where `most_lines` are there in all."""
        postings: list[tuple[Any, ...]] = []
        transactions: list[tuple[Any, ...]] = []
        for _ in range(orders):
            if self.lines < most_lines:
                self._add(postings, transactions, min(self._chance.randint(1, 5), most_lines - self.lines))
        _insert("ledger_posting", _POSTING, postings)
        _insert("ledger_transaction", _TRANSACTION, transactions)
        self.postings += len(postings)

    def _add(self, postings: list[tuple[Any, ...]], transactions: list[tuple[Any, ...]], lines: int) -> None:
        # The moment of the n-th line follows from its share of an endless shop; a day holds many orders.
        at = self._begin + self._span * self._chance.random()
        entries, key, order = sale(self._chance, self._parties, lines), uid(self._chance), str(uid(self._chance))
        own = _id(key)
        postings += [
            (own, self._accounts[e.account_code], e.amount_micro, e.currency, e.line, place, _day(at))
            for place, e in enumerate(entries)
        ]
        digest = rules.digest("sale", order, entries)
        transactions.append((own, f"sale:{order}", digest, "sale", order, *([_moment(at)] * 3)))
        self.orders += 1
        self.lines += lines

    def analyze(self) -> None:
        """Let the planner know what is there, as autovacuum does in a shop that grows by and by."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _insert(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" for _ in columns)
            sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of this file
            cursor.cursor.connection.executemany(sql, rows)


def _id(key: UUID) -> object:
    return key if connection.vendor == "postgresql" else key.hex


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _moment(at: datetime) -> object:
    return at if connection.vendor == "postgresql" else at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
