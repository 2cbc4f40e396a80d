"""Posting to the books: once, whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from lathe.basics.money import Money
from lathe.ledger import accounts, actions, queries
from lathe.ledger.entries import credit, debit
from lathe.ledger.errors import KeyReused, LedgerError, Unbalanced
from lathe.ledger.models import Account, Posting, Transaction
from tests.plugins.databases import OwnDatabase

MOMENT = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
PARTY = UUID("6a1b0f5e-1111-4222-8333-444455556666")


def sale(amount: int = 990_000, key: str = "sale:1", at: datetime = MOMENT) -> Transaction:
    entries = [debit(accounts.processor("demo"), "EUR", amount), credit(accounts.margin(), "EUR", amount)]
    return actions.post(key=key, kind="sale", subject="order-1", occurred_at=at, entries=entries)


def at_once(count: int, work: Callable[[], object]) -> list[object]:
    """Run `work` in so many threads that begin together; what each returned or raised."""
    barrier = Barrier(count)

    def one() -> object:
        barrier.wait()
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(one) for _ in range(count)]]


def test_a_transaction_is_written_with_its_postings_and_accounts(db: None) -> None:
    posted = sale()
    kept = queries.transaction("sale:1")
    assert kept is not None
    assert (kept.id, kept.kind, kept.subject, kept.occurred_at) == (posted.id, "sale", "order-1", MOMENT)
    rows = [(p.account.code, p.account.kind, p.currency, p.amount_micro) for p in kept.postings.order_by("position")]
    assert rows == [("assets:processor:demo", "asset", "EUR", 990_000), ("income:margin", "income", "EUR", -990_000)]
    assert queries.transactions_of("order-1") == [posted]


def test_the_same_key_and_content_return_the_first_transaction(db: None) -> None:
    first = sale()
    again = sale(at=MOMENT + timedelta(hours=3))
    assert again == first
    assert again.occurred_at == MOMENT
    assert Transaction.objects.count() == 1
    assert Posting.objects.count() == 2


def test_the_same_key_with_other_content_is_refused_and_writes_nothing(db: None) -> None:
    sale()
    with pytest.raises(KeyReused, match="already stands for a sale with other content"):
        sale(amount=1)
    assert queries.balance(accounts.margin(), "EUR") == -990_000


def test_entries_that_do_not_balance_are_refused_before_the_database(db: None) -> None:
    with pytest.raises(Unbalanced, match="sum to 990000 millionths"):
        actions.post(
            key="k",
            kind="sale",
            subject="",
            occurred_at=MOMENT,
            entries=[debit(accounts.margin(), "EUR", 1_000_000), credit(accounts.gifts(), "EUR", 10_000)],
        )
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("key", "kind", "moment", "message"),
    [
        ("", "sale", MOMENT, "needs a key of 1 to 120"),
        ("k" * 121, "sale", MOMENT, "needs a key of 1 to 120"),
        ("k", "", MOMENT, "a kind of 1 to 40"),
        ("k", "sale", MOMENT.replace(tzinfo=None), "needs a time zone"),
    ],
)
def test_a_heading_that_says_too_little_is_refused(
    db: None, key: str, kind: str, moment: datetime, message: str
) -> None:
    with pytest.raises(LedgerError, match=message):
        actions.post(
            key=key,
            kind=kind,
            subject="",
            occurred_at=moment,
            entries=[debit(accounts.margin(), "EUR", 1), credit(accounts.gifts(), "EUR", 1)],
        )


def test_entries_of_zero_are_not_written(db: None) -> None:
    entries = [
        debit(accounts.processor("demo"), "EUR", 5),
        credit(accounts.margin(), "EUR", 5),
        debit(accounts.fees("demo"), "EUR", 0),
    ]
    actions.post(key="k", kind="sale", subject="", occurred_at=MOMENT, entries=entries)
    assert not Account.objects.filter(code="expenses:fees:demo").exists()


def test_a_failure_of_the_callers_block_takes_the_transaction_along(own_database: OwnDatabase) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        sale(amount=5 // (sale().postings.count() - 2))
    assert not Transaction.objects.exists()
    assert not Posting.objects.exists()


def test_ten_at_once_with_one_key_write_one_transaction(own_database: OwnDatabase) -> None:
    results = at_once(10, sale)
    assert {getattr(result, "id", result) for result in results} == {Transaction.objects.get().id}
    assert Posting.objects.count() == 2
    assert Account.objects.count() == 2


def test_of_ten_at_once_with_one_key_and_other_content_one_is_written(own_database: OwnDatabase) -> None:
    amounts = iter(range(1, 11))
    results = at_once(10, lambda: sale(amount=next(amounts)))
    assert sum(isinstance(result, Transaction) for result in results) == 1
    assert sum(isinstance(result, KeyReused) for result in results) == 9
    assert Posting.objects.count() == 2


def test_a_balance_held_before_it_is_spent_is_not_spent_twice(own_database: OwnDatabase) -> None:
    code = accounts.buyer(PARTY)
    give = [debit(accounts.gifts(), "EUR", 1_000_000), credit(code, "EUR", 1_000_000)]
    actions.post(key="gift", kind="gift", subject="", occurred_at=MOMENT, entries=give)

    def spend() -> bool:
        with transaction.atomic():
            actions.lock_account(code, "EUR")
            if queries.buyer_balance(PARTY, "EUR") < Money(100, "EUR"):
                return False
            entries = [debit(code, "EUR", 1_000_000), credit(accounts.margin(), "EUR", 1_000_000)]
            actions.post(key=f"spend:{uuid4()}", kind="sale", subject="", occurred_at=MOMENT, entries=entries)
            return True

    assert sorted(at_once(6, spend), key=bool) == [False] * 5 + [True]
    assert queries.buyer_balance(PARTY, "EUR") == Money(0, "EUR")


def test_an_account_is_held_inside_a_transaction_only(own_database: OwnDatabase) -> None:
    with pytest.raises(LedgerError, match="only be held inside a transaction"):
        actions.lock_account(accounts.margin(), "EUR")
    with transaction.atomic():
        assert actions.lock_account(accounts.margin(), "EUR").kind == "income"


@pytest.mark.parametrize(
    ("owed_micro", "currency", "spendable"),
    [
        (1_989_999, "EUR", 198),
        (1_990_000, "EUR", 199),
        (120_400_000, "JPY", 120),
        (-5_000_000, "EUR", 0),
        (9_999, "EUR", 0),
    ],
)
def test_a_buyer_may_spend_whole_minor_units_and_never_less_than_nothing(
    db: None, owed_micro: int, currency: str, spendable: int
) -> None:
    entries = [debit(accounts.gifts(), currency, owed_micro), credit(accounts.buyer(PARTY), currency, owed_micro)]
    actions.post(key="k", kind="gift", subject="", occurred_at=MOMENT, entries=entries)
    assert queries.buyer_balance(PARTY, currency) == Money(spendable, currency)


def test_an_account_that_was_never_used_stands_at_nothing(db: None) -> None:
    assert queries.balance(accounts.margin(), "EUR") == 0
    assert queries.buyer_balance(PARTY, "EUR") == Money(0, "EUR")


def test_postings_are_read_from_a_moment_until_before_another(db: None) -> None:
    days = [MOMENT + timedelta(days=day) for day in range(4)]
    for number, moment in reversed(list(enumerate(days, start=1))):
        sale(amount=number, key=f"sale:{number}", at=moment)
    found = queries.postings_of(accounts.margin(), "EUR", days[1], days[3])
    assert [posting.amount_micro for posting in found] == [-2, -3]
    assert queries.balance(accounts.margin(), "EUR", before=days[1]) == -1
    assert queries.postings_of(accounts.margin(), "USD") == []


def test_an_account_keeps_one_currency_apart_from_another(db: None) -> None:
    sale()
    entries = [debit(accounts.processor("demo"), "USD", 7), credit(accounts.margin(), "USD", 7)]
    actions.post(key="usd", kind="sale", subject="", occurred_at=MOMENT, entries=entries)
    assert queries.balance(accounts.margin(), "USD") == -7
    assert queries.balance(accounts.margin(), "EUR") == -990_000
