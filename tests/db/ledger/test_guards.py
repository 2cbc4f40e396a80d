"""Every way round the guards that we know of is tried with raw SQL; the database itself has to refuse it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from lathe.ledger import checks
from lathe.ledger.models import Account, Posting, Transaction
from tests.db.ledger import books
from tests.db.ledger.books import Draft, account, run, written

TABLES = ("ledger_account", "ledger_transaction", "ledger_posting")


pytestmark = pytest.mark.usefixtures("db")


def test_a_sound_transaction_by_hand_goes_in() -> None:
    written()
    assert checks.check().transactions == 1
    assert Posting.objects.count() == 2


@pytest.mark.parametrize("amounts", [(5, -4), (5, 5), (1, -1, 1), (2**62, -(2**62), 1)])
def test_postings_that_do_not_sum_to_zero_are_refused(amounts: tuple[int, ...]) -> None:
    draft, on = Draft(), account()

    def attempt() -> None:
        with transaction.atomic():
            for amount in amounts:
                draft.post(amount, on)
            draft.close()

    with pytest.raises(IntegrityError, match="sum to zero in each currency"):
        attempt()
    assert not Posting.objects.exists()


def test_a_sum_past_64_bits_is_refused() -> None:
    draft, on = Draft(), account()

    def attempt() -> None:
        with transaction.atomic():
            for amount in (2**62, 2**62, 2**62):
                draft.post(amount, on)
            draft.close()

    with pytest.raises(DatabaseError):
        attempt()
    assert not Transaction.objects.exists()


def test_currencies_that_cancel_each_other_out_are_refused() -> None:
    draft, euro, dollar = Draft(), account(), account(currency="USD")

    def attempt() -> None:
        with transaction.atomic():
            draft.post(5, euro)
            draft.post(-5, dollar, currency="USD")
            draft.close()

    with pytest.raises(IntegrityError, match="sum to zero in each currency"):
        attempt()


def test_a_posting_in_another_currency_than_its_accounts_is_refused() -> None:
    with pytest.raises(IntegrityError, match="postings of its own currency"), transaction.atomic():
        Draft().post(5, account(), currency="USD")


@pytest.mark.parametrize("postings", [0, 1])
def test_a_transaction_of_fewer_than_two_postings_is_refused(postings: int) -> None:
    draft, on = Draft(), account()

    def attempt() -> None:
        with transaction.atomic():
            for _ in range(postings):
                draft.post(5, on)
            draft.close()

    with pytest.raises(IntegrityError, match="two postings or more"):
        attempt()


def test_a_posting_of_zero_is_refused() -> None:
    with pytest.raises(IntegrityError, match="posting_not_zero"), transaction.atomic():
        Draft().post(0, account())


def test_a_transaction_row_before_its_postings_is_refused() -> None:
    draft, on = Draft(), account()

    def attempt() -> None:
        with transaction.atomic():
            draft.close()
            draft.post(5, on)
            draft.post(-5, on)

    with pytest.raises(IntegrityError, match="two postings or more"):
        attempt()


@pytest.mark.parametrize("amount", [7, -7])
def test_a_later_posting_is_refused(amount: int) -> None:
    draft, on = written(), account()
    with pytest.raises(IntegrityError, match="transaction of this posting is closed"), transaction.atomic():
        draft.post(amount, on)
    assert Posting.objects.count() == 2


def test_a_posting_after_the_transaction_row_in_the_same_block_is_refused() -> None:
    draft, on = Draft(), account()

    def attempt() -> None:
        with transaction.atomic():
            draft.post(5, on)
            draft.post(-5, on)
            draft.close()
            draft.post(9, on)

    with pytest.raises(IntegrityError, match="closed"):
        attempt()
    assert not Transaction.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_posting SET amount_micro = amount_micro + 1",
        "UPDATE ledger_posting SET amount_micro = amount_micro",
        "UPDATE ledger_posting SET account_id = (SELECT max(id) FROM ledger_account)",
        "UPDATE ledger_transaction SET occurred_at = recorded_at",
        "UPDATE ledger_transaction SET kind = 'gift'",
        "UPDATE ledger_account SET code = 'income:other'",
        "UPDATE ledger_account SET currency = 'USD'",
        "UPDATE ledger_account SET kind = 'asset'",
        "DELETE FROM ledger_posting",
        "DELETE FROM ledger_transaction",
        "DELETE FROM ledger_account",
    ],
)
def test_rows_are_never_changed_and_never_removed(sql: str) -> None:
    written()
    before = [books.count(table) for table in TABLES]
    with pytest.raises(IntegrityError, match="never (changed|removed)"), transaction.atomic():
        run(sql)
    assert [books.count(table) for table in TABLES] == before


def test_the_orm_is_refused_as_raw_sql_is() -> None:
    written()
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        Posting.objects.update(amount_micro=F("amount_micro") * 2)
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        Posting.objects.all().delete()
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        Transaction.objects.get().delete()
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        Account.objects.get(code="income:margin").delete()


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE", "INSERT OR ROLLBACK"])
@pytest.mark.parametrize(
    "rest",
    [
        (
            "INTO ledger_posting (id, transaction_id, account_id, amount_micro, currency, line, position, booked_on)"
            " SELECT id, transaction_id, account_id, amount_micro * 2, currency, line, position, booked_on"
            " FROM ledger_posting"
        ),
        (
            'INTO ledger_transaction (id, "key", digest, kind, subject, occurred_at, booked_at, recorded_at)'
            " SELECT id, \"key\", digest, 'gift', subject, occurred_at, booked_at, recorded_at"
            " FROM ledger_transaction"
        ),
        (
            'INTO ledger_transaction (id, "key", digest, kind, subject, occurred_at, booked_at, recorded_at)'
            " SELECT 'another', \"key\", digest, 'gift', subject, occurred_at, booked_at, recorded_at"
            " FROM ledger_transaction"
        ),
        (
            'INTO ledger_transaction (rowid, id, "key", digest, kind, subject, occurred_at, booked_at, recorded_at)'
            " SELECT rowid, 'another', 'another', digest, 'gift', subject, occurred_at, booked_at, recorded_at"
            " FROM ledger_transaction"
        ),
        (
            "INTO ledger_account (id, code, currency, kind, opened_at)"
            " SELECT id, 'income:other', currency, kind, opened_at FROM ledger_account"
        ),
        (
            "INTO ledger_account (code, currency, kind, opened_at)"
            " SELECT code, currency, 'asset', opened_at FROM ledger_account"
        ),
    ],
)
def test_a_row_is_never_replaced(verb: str, rest: str) -> None:
    written()
    with pytest.raises(IntegrityError, match="never replaced"), transaction.atomic():
        run(f"{verb} {rest}")
    assert [books.count(table) for table in TABLES] == [2, 1, 2]


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("amount", ["0.5", "five", "1e-3"])
def test_an_amount_that_is_no_whole_number_is_refused(amount: str) -> None:
    with pytest.raises(IntegrityError, match="an amount is a whole number"), transaction.atomic():
        Draft().post(amount, account())


@pytest.mark.engine("sqlite")
def test_an_upsert_that_changes_a_row_is_refused() -> None:
    written()
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        run(
            "INSERT INTO ledger_posting"
            " (id, transaction_id, account_id, amount_micro, currency, line, position, booked_on)"
            " SELECT id, transaction_id, account_id, 1, currency, line, position, booked_on"
            " FROM ledger_posting WHERE true"
            " ON CONFLICT (id) DO UPDATE SET amount_micro = 99"
        )
