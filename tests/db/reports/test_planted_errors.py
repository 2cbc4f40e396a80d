"""One error of each kind, put in behind the guards' back, and the checkers that must name it.

The checkers are the ledger's own (`lathe ledger check`), Beancount over the export, the replay of royalties (`lathe
royalties check`) and the audit of what was issued (`lathe reports check --issued`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from beancount import loader
from django.db import connection

import lathe.ledger.checks
from lathe.basics import clock
from lathe.basics.clock import FixedClock
from lathe.ledger import checks, periods, sealing
from lathe.ledger.exports import EXPORTS
from lathe.ledger.guards import guards as of_ledger
from lathe.ledger.periods import Span
from lathe.objects import stores
from lathe.reports import actions, auditing, queries
from lathe.reports.guards import guards as of_reports
from lathe.reports.models import IssuedFile
from lathe.reports.rules import Month
from lathe.royalties import actions as royalties
from lathe.royalties.guards import guards as of_royalties
from lathe.sales import replay
from tests import paying, shops
from tests.db.ledger.books import run
from tests.db.ledger.test_checks import switch_keys

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)

CHECKERS: dict[str, Callable[[], str]] = {
    "ledger": lambda: " ".join(finding.code for finding in checks.check().findings),
    "beancount": lambda: " ".join(error.message for error in loader.load_string("".join(EXPORTS["beancount"]()))[1]),
    "royalties": lambda: " ".join(finding.sentence for finding in replay.check().findings),
    "reports": lambda: " ".join(finding.code for finding in auditing.audit().findings),
}
"""What each says; nothing is the good answer."""


@pytest.fixture(autouse=True)
def _books(own_database: object) -> Iterator[None]:
    """Sales of two months, by a contract with tiers; both months closed and issued, and a sale in the open one."""
    shop, fixed = shops.opened(), FixedClock(datetime(2026, 9, 20, 12, tzinfo=UTC))
    rule = {"name": "by volume", "share": "7/10", "tier": [{"from_unit": 3, "share": "3/4"}]}
    royalties.sign(party_uid=shop.label.uid, plain={"starts_on": shops.LONG_AGO, "rule": [rule]})
    with clock.use(fixed):
        paying.paid(shops.placed(shop))
        for month in (SEPTEMBER, OCTOBER):
            paying.paid(shops.placed(shop, track=shop.tracks[0], email=f"{month}@example.com"))
            fixed.set(month.end)
            periods.close(month=Span.of(month.first_day))
            actions.issue_all(wanted=queries.unissued(("sales", "dsr"), month))
        paying.paid(shops.placed(shop, track=shop.tracks[1], email="three@example.com"))
        sealing.seal()
        assert {name: say() for name, say in CHECKERS.items()} == dict.fromkeys(CHECKERS, "")
        yield


_OWED = "SELECT min(p.id) FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id WHERE a.code LIKE"
OWED = f"({_OWED} 'liabilities:payable:%%')"
SALE = "(SELECT transaction_id FROM ledger_seal WHERE seq = 1)"
MARGIN = "(SELECT id FROM ledger_account WHERE code = 'income:margin')"
"""The first posting on the label's account, the first transaction, the account of the margin."""


@dataclass(frozen=True)
class Planted:
    """An error as SQL, or as something done; and a word that each checker which must see it says."""

    how: str | Callable[[], object]
    ledger: str = ""
    beancount: str = ""
    royalties: str = ""
    reports: str = ""

    def plant(self) -> None:
        if callable(self.how):
            self.how()
            return
        for statement in self.how.split("; "):
            run(statement)


def _other_net() -> str:
    """What a line keeps of its decision, with another net."""
    if connection.vendor == "postgresql":
        return "jsonb_set(royalties, '{net}', '1')"
    return "json_set(royalties, '$.net', 1)"


def _forge_a_file() -> None:
    file = IssuedFile.objects.earliest("id")
    stores.documents().delete(file.object_key)
    stores.documents().put_new(file.object_key, b"forged")


PLANTED = {
    "another amount": Planted(
        f"UPDATE ledger_posting SET amount_micro = amount_micro - 1 WHERE id = {OWED}",
        *("unbalanced", "Transaction does not balance", "The books say", "balance"),
    ),
    "other amounts in balance": Planted(
        f"UPDATE ledger_posting SET amount_micro = amount_micro * 2 WHERE transaction_id = {SALE}",
        *("digest", "Balance failed", "The books say", "balance"),
    ),
    "another account": Planted(
        f"UPDATE ledger_posting SET account_id = {MARGIN} WHERE id = {OWED}",
        *("digest", "Balance failed", "The books say", "balance"),
    ),
    "a posting gone": Planted(
        f"DELETE FROM ledger_posting WHERE id = {OWED}",
        *("unbalanced", "Transaction does not balance", "The books say", "balance"),
    ),
    "one posting left": Planted(
        f"DELETE FROM ledger_posting WHERE transaction_id = {SALE} AND id <> {OWED}",
        *("single", "Transaction does not balance"),
    ),
    "all postings gone": Planted(
        f"DELETE FROM ledger_posting WHERE transaction_id = {SALE}",
        *("empty", "Balance failed", "The books say", "balance"),
    ),
    "a transaction gone": Planted(
        f"DELETE FROM ledger_transaction WHERE id = {SALE}", "orphan", "Balance failed", "The books say", "balance"
    ),
    "an account gone": Planted(
        "DELETE FROM ledger_account WHERE code = 'income:margin'", "orphan", "Transaction does not balance"
    ),
    "an account's currency": Planted(
        "UPDATE ledger_account SET currency = 'USD' WHERE code = 'income:margin'", "currency", "Invalid currency EUR"
    ),
    "another day": Planted(
        f"UPDATE ledger_posting SET booked_on = '2026-10-15' WHERE id = {OWED}", "day", "Transaction does not balance"
    ),
    "a total": Planted(
        "UPDATE ledger_daytotal SET amount_micro = amount_micro + 1 WHERE id = (SELECT min(id) FROM ledger_daytotal)",
        *("total", "Balance failed"),
    ),
    "a kept balance": Planted(
        "UPDATE ledger_periodbalance SET closing_micro = closing_micro + 1 WHERE closing_micro > 0",
        *("balance", "Balance failed"),
    ),
    "another key": Planted(f"UPDATE ledger_transaction SET \"key\" = 'other' WHERE id = {SALE}", "chain"),
    "another moment": Planted(
        f"UPDATE ledger_transaction SET occurred_at = '2026-10-03 00:00:00+00:00' WHERE id = {SALE}",
        *("chain", "", "", "balance"),
    ),
    "a seal changed": Planted("UPDATE ledger_seal SET digest = 'f' WHERE seq = 2", "chain"),
    "a seal gone": Planted("DELETE FROM ledger_seal WHERE seq = 2", "chain invoice unqueued"),
    "the last seal of a month": Planted("UPDATE ledger_period SET head_digest = 'f'", "anchor"),
    "a month opened again": Planted("DELETE FROM ledger_period WHERE first_day = '2026-09-01'", "period"),
    "a tax record": Planted("UPDATE ledger_taxrecord SET tax_micro = tax_micro + 1", "tax"),
    "sealed and still to be sealed": Planted(
        "INSERT INTO ledger_unsealed (transaction_id) SELECT transaction_id FROM ledger_seal WHERE seq = 1", "unqueued"
    ),
    "no guards": Planted(lambda: None, ledger="guard", reports="guard"),
    "a decision": Planted(
        "UPDATE sales_orderline SET royalties = "
        + (
            "jsonb_set(royalties, '{net}', '1')"
            if connection.vendor == "postgresql"
            else "json_set(royalties, '$.net', 1)"
        ),
        royalties="By the terms",
    ),
    "a count of units": Planted("UPDATE royalties_unitcount SET units = units + 1", royalties="are counted"),
    "an issue's balance": Planted("UPDATE reports_issue SET closing_micro = 1", reports="chain balance"),
    "an issue gone": Planted(
        "DELETE FROM reports_issuedfile WHERE issue_id IN (SELECT id FROM reports_issue WHERE number = 1); "
        "DELETE FROM reports_issue WHERE number = 1",
        reports="gap chain",
    ),
    "an issue's file": Planted(_forge_a_file, reports="bytes"),
    "an issue's file gone": Planted(
        lambda: stores.documents().delete(IssuedFile.objects.earliest("id").object_key), reports="missing"
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_one_error_of_each_kind_is_named_by_every_checker_that_can_see_it(name: str) -> None:
    switch_keys("OFF")
    for guards in (of_ledger, of_reports, of_royalties):
        guards.drop(connection)
    PLANTED[name].plant()
    for checker, say in CHECKERS.items():
        said = say() if getattr(PLANTED[name], checker) else ""
        for word in _words(checker, getattr(PLANTED[name], checker)):
            assert word in said, f"{checker} does not see {name}"


def _words(checker: str, words: str) -> list[str]:
    """Codes one by one; of the others what they say."""
    return words.split() if checker in ("ledger", "reports") else [words] if words else []


@pytest.mark.parametrize("checker", ["ledger", "reports"])
def test_no_finding_of_a_checker_is_without_its_planted_error(checker: str) -> None:
    folder = Path(lathe.ledger.checks.__file__).parent
    sources = folder.glob("*.py") if checker == "ledger" else [Path(auditing.__file__)]
    codes = {code for path in sources for code in re.findall(r'Finding\(\s*"([a-z]+)"', path.read_text("utf-8"))}
    assert len(codes) >= 6
    assert codes <= {word for planted in PLANTED.values() for word in _words(checker, getattr(planted, checker))}
