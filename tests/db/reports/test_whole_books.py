"""Statement, ledger, DDEX reports and Beancount say one thing of every party and month, whatever happened."""

from __future__ import annotations

import csv
import faulthandler
import io
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from beancount import loader
from beancount.core import data

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.basics.money import MICRO
from lathe.ledger import accounts, bookings, checks, periods, totals
from lathe.ledger import queries as books
from lathe.ledger.bookings import Note
from lathe.ledger.exports import EXPORTS, beancount
from lathe.ledger.models import Posting
from lathe.ledger.periods import Span
from lathe.reports import actions, auditing, checking, kinds, queries
from lathe.reports.models import Issue
from lathe.reports.rules import Month
from lathe.royalties import actions as royalties
from lathe.royalties.rules.periods import Period
from lathe.sales import replay
from tests.db.reports import stage, tale
from tests.db.reports.tale import Tale
from tests.plugins import sampling

pytestmark = pytest.mark.usefixtures("own_database")

EVENTS, TURNS, COUNT = (10_000, 60, 5) if sampling.is_full() else (120, 12, 2)
MONTHS = [Month.of(tale.BEGIN).back(-later) for later in range(COUNT)]
SERIES = ("statement", "dsr", "sales")

Key = tuple[str, str, Month]
"""An account's code (or its name in Beancount), a currency, a month."""
Said = dict[str, int]
"""What a source says of a party's month, in micro: all that moved the account, what sales brought, their net, units."""


@pytest.fixture
def told() -> Iterator[Tale]:
    """A history of so many events over so many months, each closed and issued when it was over."""
    if sampling.is_full():
        faulthandler.cancel_dump_traceback_later()  # ten thousand events take longer than a test may that hangs
    fixed = FixedClock(tale.BEGIN)
    with clock.use(fixed):
        history = stage.begun(sampling.seed(), fixed, listeners=EVENTS // 10)
        numbers = itertools.count(1)
        for month in MONTHS:
            moments = sorted(history.chance.random() for _ in range(EVENTS // COUNT))
            for moment, number in zip(moments, numbers, strict=False):
                history.happen(month.start + (month.end - month.start) * moment)
                if number % (EVENTS // TURNS) == 0:
                    history.turn(number // (EVENTS // TURNS))
            _close(history, month)
        yield history


def _close(told: Tale, month: Month) -> None:
    """Settle with everybody, close the month, issue what there is, and pay out; what is carried is what stands."""
    told.clock.set(month.end)
    dues = []
    for party, front in itertools.product(told.parties, told.fronts):
        due = royalties.settle(party_uid=party.uid, period=Period(month.year, month.month, 1), currency=front.currency)
        stands = -books.balance(accounts.payable(party.uid), front.currency, before=month.end)
        assert stands == due.carried_micro, (party.name, month, due)
        dues.append(due)
    periods.close(month=Span.of(month.first_day))
    actions.issue_all(wanted=queries.unissued(SERIES, month))
    for due in (one for one in dues if one.payout_micro):
        bookings.pay_out(party=due.party, amount=due.payout, note=Note(f"{due.party}:{month}:{due.currency}", ""))
        told.told["payout"] += 1


def test_statement_ledger_ddex_totals_and_beancount_are_one(told: Tale, tmp_path: Path) -> None:
    never = {*tale.OFTEN, *tale.SELDOM, "payout"} - {kind for kind, count in told.told.items() if count}
    assert not never
    kept, entered = in_the_books(), in_beancount()
    compared = 0
    for issue in Issue.objects.prefetch_related("files"):
        month = Month(issue.month.year, issue.month.month)
        code = accounts.payable(issue.party_uid or "")
        found = kept[code, issue.currency, month]
        assert issue.closing_micro - issue.opening_micro == found["moved"], (issue, "ledger")
        assert entered[beancount.name(code), issue.currency, month] == found["moved"], (issue, "beancount")
        said = READERS[issue.series](_content(issue, tmp_path))
        assert said == {what: found[what] for what in said}, (issue.series, issue.number)
        compared += 1
    assert compared == COUNT * len(SERIES) * len(told.parties) * len(told.fronts)
    _stands()


def _stands() -> None:
    """Every check of the shop's own finds nothing, and the totals added up anew are the same."""
    assert checks.check().findings == ()
    assert replay.check().findings == ()
    assert auditing.audit().findings == ()
    before = totals.balances(None)
    totals.rebuild()
    assert totals.balances(None) == before


def in_the_books() -> dict[Key, Said]:
    """The postings as they lie in the database, added up by this test in its own way."""
    columns = ("transaction_id", "transaction__kind", "line", "account__code", "currency", "amount_micro", "booked_on")
    rows = list(Posting.objects.values_list(*columns))
    nets: dict[tuple[UUID, str], int] = defaultdict(int)
    for transaction, _, line, code, _, micro, _ in rows:
        nets[transaction, line] -= 0 if code.startswith("liabilities:tax:") else micro
    kept: dict[Key, Said] = defaultdict(lambda: dict.fromkeys(("moved", "earned", "net", "units"), 0))
    for transaction, kind, line, code, currency, micro, booked_on in rows:
        said = kept[code, currency, Month(booked_on.year, booked_on.month)]
        said["moved"] -= micro
        if line and code.startswith(accounts.payable("")):
            said["earned"] -= micro
            said["net"] += nets[transaction, line]
            said["units"] += kinds.units(kind)
    return kept


def in_beancount() -> dict[Key, int]:
    """What Beancount reads from the export, by the day it is entered on; its own checks find nothing."""
    entries, errors, _ = loader.load_string("".join(EXPORTS["beancount"]()))
    assert errors == []
    moved: dict[Key, int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) else ():
            key = posting.account, posting.units.currency, Month(entry.date.year, entry.date.month)
            moved[key] -= int(posting.units.number * MICRO)
    return moved


def _content(issue: Issue, folder: Path) -> str:
    """The issued table as its recipient gets it; DDEX files are in order by the checker."""
    [file] = [one for one in issue.files.all() if not one.name.endswith(".pdf")]
    path = folder / file.name
    path.write_bytes(queries.content(file))
    if file.name.endswith(".tsv"):
        assert checking.check(path).findings == ()
    return path.read_text(encoding="utf-8")


def _statement(text: str) -> Said:
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    sales = [row for row in rows if row["line"]]
    return {
        "moved": _micro(row["owed"] for row in rows),
        "earned": _micro(row["owed"] for row in sales),
        "net": _micro(row["net"] for row in rows),
        "units": sum(kinds.units(row["kind"]) for row in sales),
    }


def _sales(text: str) -> Said:
    rows = _records(text, "SR08")
    return {"earned": _micro(row[-2] for row in rows), "net": _micro(row[-4] for row in rows)}


def _basic_audio(text: str) -> Said:
    rows = _records(text, "SY01.03")
    paid = sum(int(row[8]) for row in rows if row[4] == "PayAsYouGoModel")
    return {"net": _micro(row[11] for row in rows), "units": paid}


def _records(text: str, name: str) -> list[list[str]]:
    return [cells for line in text.split("\n") if (cells := line.split("\t"))[0] == name]


def _micro(amounts: Iterator[str]) -> int:
    return int(sum((Decimal(amount) for amount in amounts), Decimal()) * MICRO)


READERS: dict[str, Callable[[str], Said]] = {"statement": _statement, "sales": _sales, "dsr": _basic_audio}
"""What a recipient reads from the table of each series."""
