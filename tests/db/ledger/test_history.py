"""Whatever happens, the books stand: zero-sum, sealed, proven by our own check and by Beancount's."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.ledger import actions, checks, periods, sealing, totals
from lathe.ledger.errors import KeyReused
from lathe.ledger.exports import EXPORTS
from lathe.ledger.models import Posting, Transaction
from tests.db.ledger.history import Event, History
from tests.plugins import sampling
from tests.plugins.databases import OwnDatabase

EVENTS = 10_000 if sampling.is_full() else 150


def post(event: Event) -> Transaction:
    return actions.post(
        key=event.key,
        kind=event.kind,
        subject=event.subject,
        occurred_at=event.occurred_at,
        entries=event.entries,
        rate=event.rate,
    )


def bean_check(folder: Path, export: str = "") -> str:
    """What Beancount's own program says of the export; nothing is the good answer."""
    written = folder / "books.beancount"
    written.write_text(export or "".join(EXPORTS["beancount"]()), encoding="utf-8")
    program = Path(sys.executable).parent / "bean-check"
    done = subprocess.run([program, "--no-cache", written], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("seed", [1888])
def test_a_random_history_stands(own_database: OwnDatabase, tmp_path: Path, seed: int) -> None:
    history, told, closed = History(seed), [], 0
    for event in history.events(EVENTS):
        told.append(event)
        with clock.use(FixedClock(history.now)):
            post(event)
            due = periods.due()
            if due is not None and due.last_day + timedelta(days=20) < history.now.date():
                periods.close(month=due)
                closed += 1
    assert closed >= 8
    standing = {(item.code, item.currency): item.balance_micro for item in totals.balances(None)}
    assert standing == {key: amount for key, amount in history.sums.items() if amount or key in standing}

    sealing.seal()
    report = checks.check()
    assert report.findings == ()
    assert (report.transactions, report.seals, report.unsealed, report.periods) == (EVENTS, EVENTS, 0, closed)
    assert bean_check(tmp_path) == ""

    again = Posting.objects.count()
    for event in told[:200]:
        post(event)
    with pytest.raises(KeyReused):
        post(Event(told[0].key, "gift", told[0].occurred_at, told[1].entries))
    assert Posting.objects.count() == again
    totals.rebuild()
    assert {(item.code, item.currency): item.balance_micro for item in totals.balances(None)} == standing
