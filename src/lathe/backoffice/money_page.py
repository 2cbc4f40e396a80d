"""What the pages of money show: what is owed to whom, why not all of it is paid, and the balances of the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lathe.backoffice import words
from lathe.basics.money import Money, total
from lathe.catalogue.models import Party
from lathe.ledger import accounts, totals
from lathe.ledger import queries as books
from lathe.ledger.totals import Standing
from lathe.reports.rules import Month
from lathe.rights.models import Case
from lathe.royalties import queries as royalties
from lathe.royalties.rules.payouts import Due

MOST = 100
"""Balances on one page: the largest."""


@dataclass
class Owed:
    """What stands in the books for a rights holder in a currency, in millionths; each is a debt of the shop.

    `payout` is settled and waits for the bank, `payable` is not settled yet, `reserve` is held against refunds, and
    `disputed` by the cases of these numbers.
    """

    party: UUID
    currency: str
    name: str = ""
    payout: int = 0
    payable: int = 0
    reserve: int = 0
    disputed: int = 0
    cases: Sequence[int] = ()

    @property
    def to_be_paid(self) -> Money:
        """What waits for the bank, which is in whole minor units."""
        return _money(self.payout, self.currency)


@dataclass(frozen=True)
class Settled:
    """What a settled period came to for one rights holder, and in words why it is not all that was earned."""

    name: str
    due: Due
    reasons: Sequence[str]


@dataclass(frozen=True)
class Batch:
    """What the settled periods pay out together in a currency. A SEPA file is of euro alone."""

    amount: Money
    count: int
    has_sepa: bool


@dataclass(frozen=True)
class Balance:
    """An account that does not stand at nothing; what the shop has or owes is positive, in millionths."""

    code: str
    currency: str
    name: str
    amount_micro: int


def context(month: str) -> dict[str, Any]:
    """Everything the page of money shows; `month` is '2026-10', else the latest that was settled counts."""
    ends = royalties.settled_ends()
    chosen = next((day for day in ends if f"{day:%Y-%m}" == month), ends[0] if ends else None)
    dues = royalties.settled_until(chosen) if chosen else []
    owed = _owed()
    names = words.party_names([*(due.party for due in dues), *(one.party for one in owed)])
    for one in owed:
        one.name = names.get(str(one.party), str(one.party))
    settled = [Settled(names.get(str(due.party), str(due.party)), due, reasons(due)) for due in dues]
    return {
        "owed": sorted(owed, key=lambda one: (one.name, one.currency)),
        "month": str(Month(chosen.year, chosen.month)) if chosen else "",
        "months": [f"{day:%Y-%m}" for day in ends],
        "settled": sorted(settled, key=lambda one: (one.name, one.due.currency)),
        "batches": _batches(dues),
    }


def reasons(due: Due) -> list[str]:
    """Why a settled period pays something else than was earned in it."""
    sums = {name: words.micro(abs(micro), due.currency) for name, micro in _steps(due).items()}
    known = {
        "before": _("%(sum)s came from earlier periods."),
        "reserve": _("%(sum)s are held in reserve against refunds to come."),
        "freed": _("%(sum)s of earlier reserves are paid now."),
        "advance": _("%(sum)s earn back an advance."),
        "low": _("%(sum)s are carried forward: the minimum payout is %(least)s."),
        "dust": _("%(sum)s are carried forward: less than can be transferred."),
        "debt": _("%(sum)s are carried forward, which the rights holder owes: refunds came to more than sales."),
        "tax": _("%(sum)s of tax are withheld for the tax office."),
        "vat": _("%(sum)s of VAT are added."),
    }
    least = shown(_money(due.minimum_micro, due.currency))
    return [known[name] % {"sum": sums[name], "least": least} for name in known if name in sums]


def _steps(due: Due) -> dict[str, int]:
    """The steps from what was earned to what is paid that moved anything, in millionths."""
    is_low = 0 < due.payable_micro < due.minimum_micro
    carried = "debt" if due.carried_micro < 0 else "low" if is_low else "dust"
    steps = {
        "before": due.opening_micro,
        "reserve": due.reserve_held_micro,
        "freed": due.reserve_released_micro,
        "advance": due.recouped_micro,
        carried: due.carried_micro,
        "tax": due.withholding_micro,
        "vat": due.vat_micro,
    }
    return {name: micro for name, micro in steps.items() if micro}


def left(party: Party, currency: str) -> Money:
    """What settled periods have for a rights holder that is not booked as paid yet."""
    return _money(-books.balance(accounts.payout(party.uid), currency), currency)


def payout_key(party: Party, currency: str) -> str:
    """A key for the payout of the latest settled period, which the command takes too; numbered where it is used."""
    settled = royalties.settled(party.uid, currency)
    stem = f"{settled[-1].period if settled else 'payout'}-{party.slug[:60]}-{currency}"
    return _fresh("payout", stem)


def write_off_key(code: str, currency: str, day: date) -> str:
    """A key for a write-off of this day."""
    return _fresh("write-off", f"{day}-{code.rpartition(':')[2]}-{currency}")


def balances(beginning: str) -> tuple[list[Balance], int]:
    """The assets and liabilities that do not stand at nothing and whose codes begin so, the largest first; and how
    many there are in all."""
    found = [one for one in totals.below(beginning) if one.balance_micro and _is_given_up(one.code)]
    largest = sorted(found, key=lambda one: (-abs(one.balance_micro), one.code))[:MOST]
    names = words.party_names(_parties(one.code for one in largest))
    return [_balance(one, names) for one in largest], len(found)


def families() -> list[tuple[str, str]]:
    """The families of accounts that are looked for most: what their codes begin with, and their names."""
    return [
        ("assets:", _("What the shop has")),
        ("liabilities:", _("What the shop owes")),
        ("assets:processor:", _("Held by payment providers")),
        ("assets:advance:", _("Advances to rights holders")),
        ("liabilities:buyer:", _("Balances of buyers")),
        ("liabilities:payable:", _("Owed to rights holders")),
        ("liabilities:payout:", _("Settled, to be paid out")),
        ("liabilities:reserve:", _("Held in reserve")),
        ("liabilities:escrow:", _("In dispute")),
        ("liabilities:suspense", _("In suspense")),
    ]


def name_of(code: str) -> str:
    """An account in plain words."""
    return words.account(code, words.party_names(_parties([code])))


def shown(amount: Money) -> str:
    """An amount in the reader's language."""
    return amount.show(get_language() or "en")


def _parties(codes: Iterable[str]) -> list[UUID]:
    """The parties whose accounts these are."""
    owners = [code.partition(":")[2].split(":") for code in codes]
    return [UUID(one[1]) for one in owners if one[0] in {"payable", "payout", "reserve", "advance"}]


def _balance(one: Standing, names: Mapping[str, str]) -> Balance:
    micro = one.balance_micro if accounts.kind(one.code) == accounts.ASSET else -one.balance_micro
    return Balance(one.code, one.currency, words.account(one.code, names), micro)


def _is_given_up(code: str) -> bool:
    return accounts.kind(code) in {accounts.ASSET, accounts.LIABILITY}


def _fresh(kind: str, stem: str) -> str:
    key, count = stem, 1
    while books.transaction(f"{kind}:{key}") is not None:
        count += 1
        key = f"{stem}-{count}"
    return key


def _owed() -> list[Owed]:
    """What the books hold for each party and currency; five queries."""
    rows: dict[tuple[UUID, str], Owed] = {}
    for kind in ("payout", "payable", "reserve"):
        for one in totals.below(f"liabilities:{kind}:"):
            setattr(_row(rows, one), kind, -one.balance_micro)
    numbers = dict(Case.objects.filter(state=Case.State.SUSPENDED).values_list("uid", "number"))
    for one in totals.below("liabilities:escrow:"):
        row, number = _row(rows, one), numbers.get(UUID(one.code.split(":")[2]))
        row.disputed -= one.balance_micro
        row.cases = sorted({*row.cases, number}) if number and one.balance_micro else row.cases
    return [row for row in rows.values() if row.payout or row.payable or row.reserve or row.disputed]


def _row(rows: dict[tuple[UUID, str], Owed], one: Standing) -> Owed:
    party = UUID(one.code.rpartition(":")[2])
    return rows.setdefault((party, one.currency), Owed(party, one.currency))


def _batches(dues: Iterable[Due]) -> list[Batch]:
    paid = [due.payout for due in dues if due.payout_micro > 0]
    codes = sorted({amount.currency for amount in paid})
    groups = {code: [amount for amount in paid if amount.currency == code] for code in codes}
    return [Batch(total(group, code), len(group), code == "EUR") for code, group in groups.items()]


def _money(micro: int, currency: str) -> Money:
    return Money(micro // Money(1, currency).micro, currency)
