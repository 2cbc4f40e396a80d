"""Writes of terms, and of what is settled by them. Each is one atomic block, and joins the caller's if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from lathe.basics import clock
from lathe.basics.money import Money
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger.entries import Entry, credit, debit
from lathe.royalties import queries
from lathe.royalties.errors import RoyaltyError
from lathe.royalties.models import ContractVersion, MechanicalsVersion, Settlement, SplitVersion, UnitCount
from lathe.royalties.rules import facts, splits, terms
from lathe.royalties.rules.payouts import Due
from lathe.royalties.rules.periods import Period

Row = TypeVar("Row", ContractVersion, MechanicalsVersion, SplitVersion)


def sign(*, party_uid: UUID, plain: Mapping[str, Any]) -> ContractVersion:
    """Add a version of the contract with a party; signing the newest again changes nothing.

    `plain` is a contract as docs/royalties.md describes it. Earlier versions stand: what was sold under them stays as
    it was. Raises BadTerms that names every mistake.
    """
    read = terms.contract(plain, party_uid)
    known = ContractVersion.objects.filter(party_uid=party_uid)
    wanted = ContractVersion(party_uid=party_uid, starts_on=read.starts_on, terms=terms.as_json(plain))
    return _next(known, wanted, ("starts_on", "terms"))


def agree(*, party_uid: UUID, share: Fraction, use_wholesale: bool, starts_on: date) -> ContractVersion:
    """Sign a contract of one rule for all sales: max(share of net, the deal's wholesale price where it counts).

    Raises BadTerms on a share outside 0 to 1, or finer than 40 characters write.
    """
    rule = {"name": queries.SIMPLE, "share": str(share)} | ({"wholesale_floor": True} if use_wholesale else {})
    return sign(party_uid=party_uid, plain={"starts_on": starts_on, "rule": [rule]})


def set_mechanicals(*, plain: Mapping[str, Any]) -> MechanicalsVersion:
    """Add a version of the table of who pays authors; setting the newest again changes nothing. Raises BadTerms."""
    read = terms.mechanicals(plain)
    wanted = MechanicalsVersion(starts_on=read.starts_on, terms=terms.as_json(plain))
    return _next(MechanicalsVersion.objects.all(), wanted, ("starts_on", "terms"))


def divide(*, subject_uid: UUID, shares: splits.Shares, starts_on: date) -> SplitVersion:
    """Add a version of who shares in a recording or work, from a day on; the newest again changes nothing.

    A party of None is one that is not known yet: its share waits in suspense. Raises RoyaltyError unless the shares
    make one.
    """
    whole, counts = splits.plain(shares)
    wanted = SplitVersion(subject_uid=subject_uid, starts_on=starts_on, whole=whole, shares=counts)
    known = SplitVersion.objects.filter(subject_uid=subject_uid)
    return _next(known, wanted, ("starts_on", "whole", "shares"))


@transaction.atomic
def _next(known: QuerySet[Row], wanted: Row, said: tuple[str, ...]) -> Row:
    newest = known.order_by("version").last()
    if newest is not None and all(getattr(newest, name) == getattr(wanted, name) for name in said):
        return newest
    wanted.version = newest.version + 1 if newest is not None else 1
    wanted.save(force_insert=True)
    return wanted


def count_unit(*, party_uid: UUID, period: Period) -> int:
    """Count one more unit of a party, and return its number in the period.

    The row is held until the caller's transaction ends, so that numbers follow the order of commits without gaps.
    """
    wanted = {"party_uid": party_uid, "period": str(period)}
    UnitCount.objects.bulk_create([UnitCount(**wanted)], ignore_conflicts=True)
    UnitCount.objects.filter(**wanted).update(units=F("units") + 1)
    return UnitCount.objects.get(**wanted).units


@transaction.atomic
def advance(*, party_uid: UUID, amount: Money, key: str) -> None:
    """Enter an advance paid to a party from the bank; later periods earn it back. `key` makes it happen once.

    Raises RoyaltyError on an amount that is not more than nothing, KeyReused.
    """
    if amount.minor <= 0:
        raise RoyaltyError(f"An advance is more than nothing; {amount} is not.")
    ledger.post(
        key=f"advance:{key}",
        kind="advance",
        subject=str(party_uid),
        occurred_at=clock.now(),
        entries=[
            debit(accounts.advance(party_uid), amount.currency, amount.micro),
            credit(accounts.bank(), amount.currency, amount.micro),
        ],
    )


@transaction.atomic
def settle(*, party_uid: UUID, period: Period, currency: str) -> Due:
    """Settle a period with a party: advance, reserve, tax and rounding are posted, and what is to be paid is set apart.

    Again returns what was settled first. The posting is dated to the last moment of the period. Raises RoyaltyError
    while the period is not over, or where a later one is settled already.
    """
    ledger.lock_account(code=accounts.payable(party_uid), currency=currency)
    kept = Settlement.objects.filter(party_uid=party_uid, period=str(period), currency=currency).first()
    if kept is not None:
        return facts.read(kept.facts)
    _check_turn(party_uid, period, currency)
    due = queries.due(party_uid, period, currency)
    Settlement.objects.create(party_uid=party_uid, period=str(period), currency=currency, facts=facts.plain(due))
    entries = [entry for entry in settling(due) if entry.amount_micro]
    if entries:
        ledger.post(
            key=f"royalties:{party_uid}:{period}:{currency}",
            kind=queries.SETTLED,
            subject=str(party_uid),
            occurred_at=period.end - timedelta(microseconds=1),
            entries=entries,
        )
    return due


def settling(due: Due) -> list[Entry]:
    """The postings that settle a period."""
    party, currency = due.party, due.currency
    taken = due.reserve_held_micro - due.reserve_released_micro + due.recouped_micro
    return [
        debit(accounts.payable(party), currency, taken + due.payable_micro - due.carried_micro),
        credit(accounts.reserve(party), currency, due.reserve_held_micro - due.reserve_released_micro),
        credit(accounts.advance(party), currency, due.recouped_micro),
        debit(accounts.rounding(), currency, due.rounding_micro),
        credit(accounts.withholding(), currency, due.withholding_micro),
        debit(accounts.input_tax(), currency, due.vat_micro),
        credit(accounts.payout(party), currency, due.payout_micro),
    ]


def _check_turn(party_uid: UUID, period: Period, currency: str) -> None:
    if period.end > clock.now():
        raise RoyaltyError(f"{period} is not over yet; it can be settled from {period.end:%Y-%m-%d} on.")
    for row in Settlement.objects.filter(party_uid=party_uid, currency=currency):
        other = Period.parse(row.period)
        if other.end > period.start:
            raise RoyaltyError(
                f"{other} is settled with this party already, so {period} cannot be: what comes late is settled with "
                f"the next period, {other.later(1)}."
            )
