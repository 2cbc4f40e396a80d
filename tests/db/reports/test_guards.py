"""The database itself keeps what was issued: no change, no removal, no number left out."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from lathe.basics import clock
from lathe.reports.guards import guards
from lathe.reports.models import Issue, IssuedFile
from lathe.reports.rules import Month

pytestmark = pytest.mark.usefixtures("own_database")


def issued(number: int, *, with_file: bool = True) -> Issue:
    """An issue written row by row, as actions write it."""
    with transaction.atomic():
        made = Issue(
            id=uuid4(), series="statement", number=number, party_uid=uuid4(), month=Month(2026, 10).first_day,
            currency="EUR", opening_micro=0, closing_micro=0, last_posting=0, digest="0" * 64, issued_at=clock.now(),
        )  # fmt: skip
        if with_file:
            IssuedFile.objects.create(issue=made, report="r", name="n", media_type="m", size_bytes=1, sha256="0" * 64)
        made.save(force_insert=True)
    return made


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


CHANGES = [
    "UPDATE reports_issue SET closing_micro = 1",
    "DELETE FROM reports_issue",
    "UPDATE reports_issuedfile SET sha256 = '1'",
    "DELETE FROM reports_issuedfile",
]


def test_what_was_issued_is_never_changed_removed_or_replaced() -> None:
    issued(1)
    statements = list(CHANGES)
    if connection.vendor == "postgresql":
        statements += ["TRUNCATE reports_issuedfile", "TRUNCATE reports_issue CASCADE"]
    else:
        statements += [
            "INSERT OR REPLACE INTO reports_issue SELECT * FROM reports_issue",
            "INSERT OR REPLACE INTO reports_issuedfile SELECT * FROM reports_issuedfile",
        ]
    for statement in statements:
        with pytest.raises(IntegrityError, match=r"reports:"):
            run(statement)
    assert (Issue.objects.count(), IssuedFile.objects.count()) == (1, 1)


def test_numbers_have_no_gap_and_no_double() -> None:
    issued(1)
    for number in (1, 3, 0):
        with pytest.raises(IntegrityError):
            issued(number)
    assert issued(2).number == 2


def test_an_issue_has_a_file_and_takes_none_later() -> None:
    with pytest.raises(IntegrityError, match="has a file"):
        issued(1, with_file=False)
    made = issued(1)
    with pytest.raises(IntegrityError, match="closed"):
        IssuedFile.objects.create(issue=made, report="s", name="n", media_type="m", size_bytes=1, sha256="0" * 64)


def test_the_guards_outlive_a_migration_and_are_named_where_they_are_gone() -> None:
    assert guards.missing(connection) == []
    guards.drop(connection)
    assert "reports_issue_insert" in guards.missing(connection)
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
