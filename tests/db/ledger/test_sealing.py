"""The sealer: a chain without gaps over what is committed, and invoice numbers without gaps."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.jobs import registry
from lathe.ledger import accounts, actions, checks, queries, sealing
from lathe.ledger.entries import credit, debit
from lathe.ledger.models import DayTotal, Seal, Transaction, Unsealed
from tests.db.ledger.books import run
from tests.db.ledger.test_post import at_once
from tests.plugins.databases import OwnDatabase

MOMENT = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)


def posted(number: int, kind: str = "sale", at: datetime = MOMENT) -> Transaction:
    entries = [debit(accounts.processor("demo"), "EUR", 5), credit(accounts.margin(), "EUR", 5)]
    with clock.use(FixedClock(MOMENT)):
        return actions.post(key=f"{kind}:{number}", kind=kind, subject="", occurred_at=at, entries=entries)


def test_the_first_link_is_what_its_content_says(db: None) -> None:
    made = posted(1)
    assert sealing.seal() == 1
    moment = "2026-03-14T15:09:00+00:00"
    content = f"1\t{made.id}\tsale:1\t{made.digest}\t{moment}\t{moment}\t{moment}\tS2026-000001"
    expected = hashlib.sha256(f"{'0' * 64}\n{content}".encode()).hexdigest()
    assert Seal.objects.get().digest == expected
    head = queries.chain_head()
    assert head is not None
    assert head.digest == expected


def test_sales_and_what_corrects_them_are_numbered_each_in_a_series_of_the_year(db: None) -> None:
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    made = [
        posted(1),
        posted(2, "gift"),
        posted(3, "refund"),
        posted(4),
        posted(5, "chargeback"),
        posted(6, at=new_year),
    ]
    sealing.seal()
    numbers = {uid: str(number) for uid, number in queries.invoice_numbers(made).items()}
    assert [numbers.get(item.id) for item in made] == [
        "S2026-000001",
        None,
        "C2026-000001",
        "S2026-000002",
        "C2026-000002",
        "S2027-000001",
    ]
    assert checks.check().findings == ()


def test_what_is_posted_later_is_chained_after(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    for number in range(5):
        posted(number)
    assert (Unsealed.objects.count(), sealing.seal_batch(), Unsealed.objects.count()) == (5, 2, 3)
    assert checks.check().unsealed == 3
    assert (sealing.seal(), sealing.seal()) == (3, 0)
    posted(9)
    assert sealing.seal() == 1
    assert list(Seal.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert list(Seal.objects.order_by("seq").values_list("transaction__key", flat=True))[-1] == "sale:9"
    assert sorted(DayTotal.objects.values_list("amount_micro", flat=True)) == [-30, 30]


def test_sealers_at_once_take_turns(own_database: OwnDatabase) -> None:
    for number in range(8):
        posted(number)
    assert sum(int(str(count)) for count in at_once(4, sealing.seal)) == 8
    assert Seal.objects.count() == 8
    assert checks.check().findings == ()


def test_the_round_seals(db: None) -> None:
    posted(1)
    kind = registry.kind_of("ledger.seal")
    assert kind.every == timedelta(minutes=1)
    kind.work("")
    assert not Unsealed.objects.exists()


@pytest.mark.parametrize(
    ("seq", "series", "number", "message"),
    [
        (2, "", None, "seals follow each other"),
        (0, "", None, "seals follow each other"),
        (1, "S2026", 2, "invoice numbers follow"),
        (1, "S2026", None, "invoice numbers follow|seal_number_has_series"),
        (1, "", 1, "seal_number_has_series"),
    ],
)
def test_the_database_refuses_a_gap(db: None, seq: int, series: str, number: int | None, message: str) -> None:
    made = posted(1)
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        Seal.objects.create(seq=seq, transaction=made, series=series, number=number, digest="")


def test_a_transaction_leaves_the_queue_by_its_seal_alone(db: None) -> None:
    made = posted(1)
    with pytest.raises(IntegrityError, match="never removed"), transaction.atomic():
        run("DELETE FROM ledger_unsealed")
    if connection.vendor == "sqlite":
        with pytest.raises(IntegrityError, match="never replaced"), transaction.atomic():
            run("INSERT OR REPLACE INTO ledger_unsealed SELECT * FROM ledger_unsealed")
    assert Unsealed.objects.get().transaction_id == made.id
