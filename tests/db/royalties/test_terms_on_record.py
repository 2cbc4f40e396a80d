"""Terms on record: versions, what the database itself refuses, and terms from before they had a room."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from lathe.ledger.guards import guards as ledger
from lathe.royalties import actions, queries
from lathe.royalties.errors import BadTerms, NoContract, RoyaltyError
from lathe.royalties.guards import guards
from lathe.royalties.models import ContractVersion, MechanicalsVersion, Settlement, SplitVersion
from lathe.royalties.rules.periods import Period
from tests.plugins.databases import OwnDatabase

PARTY, SONG = UUID("6a1b0f5e-1111-4222-8333-444455556666"), UUID("6a1b0f5e-1111-4222-8333-000055556666")
JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)
TABLES = ("contractversion", "mechanicalsversion", "splitversion", "settlement")


def agree(share: Fraction, day: date) -> ContractVersion:
    return actions.agree(party_uid=PARTY, share=share, use_wholesale=False, starts_on=day)


def on_record() -> None:
    agree(Fraction(7, 10), JANUARY)
    actions.set_mechanicals(plain={"starts_on": JANUARY, "rule": [{"payer": "label"}]})
    actions.divide(subject_uid=SONG, shares=[(PARTY, Fraction(1, 3)), (None, Fraction(2, 3))], starts_on=JANUARY)
    Settlement.objects.create(party_uid=PARTY, period="2026-10", currency="EUR", facts={})


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_newest_version_that_has_begun_counts(db: None) -> None:
    agree(Fraction(7, 10), JANUARY)
    agree(Fraction(8, 10), JUNE)
    assert queries.contract(PARTY, date(2026, 5, 31)).rules[0].rate.share == Fraction(7, 10)
    assert queries.contract(PARTY, JUNE).version == 2
    with pytest.raises(NoContract, match=f"{PARTY} has no contract on 2025-12-31"):
        queries.contract(PARTY, date(2025, 12, 31))


def test_the_newest_again_changes_nothing(db: None) -> None:
    assert agree(Fraction(7, 10), JANUARY) == agree(Fraction(14, 20), JANUARY)
    assert agree(Fraction(7, 10), JUNE).version == 2
    on_record()
    counts = [model.objects.count() for model in (MechanicalsVersion, SplitVersion)]
    actions.set_mechanicals(plain={"starts_on": JANUARY, "rule": [{"payer": "label"}]})
    actions.divide(subject_uid=SONG, shares=[(PARTY, Fraction(1, 3)), (None, Fraction(2, 3))], starts_on=JANUARY)
    assert [model.objects.count() for model in (MechanicalsVersion, SplitVersion)] == counts


@pytest.mark.parametrize("share", [Fraction(-1, 10), Fraction(3, 2), Fraction(1, 10**50)])
def test_a_share_that_cannot_be_is_refused(db: None, share: Fraction) -> None:
    with pytest.raises(BadTerms, match="rule 1: `share`"):
        agree(share, JANUARY)
    with pytest.raises(RoyaltyError):
        actions.divide(subject_uid=SONG, shares=[(PARTY, share)], starts_on=JANUARY)


@pytest.mark.parametrize("table", TABLES)
def test_the_database_itself_refuses_to_change_or_remove_what_is_on_record(db: None, table: str) -> None:
    on_record()
    column = {"settlement": "currency = 'USD'"}.get(table, "version = 9")
    for sql in (f"UPDATE royalties_{table} SET {column}", f"DELETE FROM royalties_{table}"):
        with pytest.raises(IntegrityError, match="never"), transaction.atomic():
            run(sql)


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_never_replaced(db: None, table: str, verb: str) -> None:
    on_record()
    with pytest.raises(IntegrityError, match="never replaced"), transaction.atomic():
        run(f"{verb} INTO royalties_{table} SELECT * FROM royalties_{table}")


@pytest.mark.engine("postgres")
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_never_emptied(db: None, table: str) -> None:
    on_record()
    with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
        run(f"TRUNCATE royalties_{table}")


@pytest.mark.parametrize(
    ("whole", "shares"),
    [
        (3, [{"party": str(PARTY), "count": 1}, {"party": None, "count": 1}]),
        (1, []),
        (1, [{"party": None, "count": 2}, {"party": str(PARTY), "count": -1}]),
        (1, [{"party": None}]),
    ],
)
def test_the_database_itself_refuses_a_split_that_does_not_make_one(
    db: None, whole: int, shares: list[dict[str, Any]]
) -> None:
    with pytest.raises(IntegrityError, match="make one"), transaction.atomic():
        SplitVersion.objects.create(subject_uid=SONG, version=1, starts_on=JANUARY, whole=whole, shares=shares)


def test_the_guards_are_in_place_after_migrating_again_and_are_named_and_put_back(own_database: OwnDatabase) -> None:
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
    guards.drop(connection)
    assert "royalties_splitversion_insert" in guards.missing(connection)
    guards.install(connection)
    assert guards.missing(connection) == []
    on_record()
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        run("DELETE FROM royalties_contractversion")


def test_terms_from_before_become_contracts_that_say_the_same(own_database: OwnDatabase) -> None:
    call_command("migrate", "royalties", "0001", verbosity=0)
    columns = "party_uid, version, share, use_wholesale, starts_on, recorded_at"
    party = str(PARTY) if connection.vendor == "postgresql" else PARTY.hex
    for version, share, use_wholesale in ((1, "7/10", False), (2, "13/20", True)):
        values = f"'{party}', {version}, '{share}', {use_wholesale}, '2026-0{version}-01', '2026-01-01 00:00:00+00:00'"
        run(f"INSERT INTO ledger_royaltyterm ({columns}) VALUES ({values})")
    call_command("migrate", verbosity=0)
    assert "ledger_royaltyterm" not in connection.introspection.table_names()
    assert guards.missing(connection) == ledger.missing(connection) == []
    rates = [queries.contract(PARTY, day).rules[0].rate for day in (JANUARY, JUNE)]
    assert [(rate.share, rate.has_wholesale_floor) for rate in rates] == [
        (Fraction(7, 10), False),
        (Fraction(13, 20), True),
    ]
    assert queries.contract(PARTY, JUNE).version == 2
    found = queries.standing(PARTY, JUNE)
    assert found is not None
    assert found.simple == (Fraction(13, 20), True)


def test_units_counted_at_the_same_moment_have_numbers_without_gaps(own_database: OwnDatabase) -> None:
    def counted(_: int) -> int:
        try:
            with transaction.atomic():
                return actions.count_unit(party_uid=PARTY, period=Period(2026, 10, 1))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(counted, range(12)))
    assert sorted(numbers) == list(range(1, 13))
    october, quarter = (PARTY, Period(2026, 10, 1)), (PARTY, Period(2026, 10, 3))
    assert queries.units([october, quarter]) == {october: 12, quarter: 0}
