"""Reads of terms and of what is due, in a fixed number of queries. Owed amounts are positive here, in millionths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db.models import Q, Sum

from lathe.ledger import accounts
from lathe.ledger import queries as books
from lathe.ledger.models import Posting
from lathe.royalties.errors import NoContract
from lathe.royalties.models import ContractVersion, MechanicalsVersion, Settlement, SplitVersion, UnitCount
from lathe.royalties.rules import facts, payouts, splits, terms
from lathe.royalties.rules.contracts import Contract, Mechanicals, Payer, Payment, Rule, Split
from lathe.royalties.rules.decisions import Owed
from lathe.royalties.rules.owing import Sold, Terms
from lathe.royalties.rules.payouts import Due, Of
from lathe.royalties.rules.periods import LENGTHS, Period
from lathe.royalties.rules.rates import Rate
from lathe.royalties.rules.scopes import Scope

SIMPLE = "all sales"
"""The name of the one rule of a contract that says no more than a share for all sales."""
SETTLED = "royalties"
"""The kind of the transactions that settle a period: no earnings of it."""


@dataclass(frozen=True)
class Standing:
    """The contract of a party on a day.

    `simple` is its share of net, and whether the wholesale price is its floor, where it says no more than that for all
    sales; None where it has rules of its own.
    """

    contract: Contract
    simple: tuple[Fraction, bool] | None


def standing(party_uid: UUID, day: date) -> Standing | None:
    """What kind of contract a party has on a day; None where there is none."""
    found = contract_on(party_uid, day)
    if found is None:
        return None
    rate = found.rules[0].rate
    plain = Rule(
        SIMPLE, Scope(), Rate(share=rate.share, has_wholesale_floor=rate.has_wholesale_floor), payer=Payer.LABEL
    )
    is_simple = found.rules == (plain,) and found.payment == Payment()
    return Standing(found, (rate.share, rate.has_wholesale_floor) if is_simple else None)


def contract_on(party_uid: UUID, day: date) -> Contract | None:
    """The newest version of a party's contract that starts on or before a day; None where there is none."""
    return _contracts([party_uid], day).get(party_uid)


def contract(party_uid: UUID, day: date) -> Contract:
    """The contract of a party on a day. Raises NoContract."""
    found = contract_on(party_uid, day)
    if found is None:
        raise NoContract(
            f"The party {party_uid} has no contract on {day.isoformat()}. Agree on one that starts by then, "
            "with `lathe royalties contract`."
        )
    return found


def versions(party_uid: UUID) -> list[ContractVersion]:
    """Every version of a party's contract, oldest first."""
    return list(ContractVersion.objects.filter(party_uid=party_uid).order_by("version"))


def under_contract(day: date) -> set[UUID]:
    """The parties that have a contract on a day; one query."""
    return set(ContractVersion.objects.filter(starts_on__lte=day).values_list("party_uid", flat=True))


def mechanicals_on(day: date) -> Mechanicals | None:
    """The table of who pays authors that counts on a day; None where there is none: nobody pays."""
    row = MechanicalsVersion.objects.filter(starts_on__lte=day).order_by("version").last()
    return terms.mechanicals(row.terms, row.version) if row else None


def each(sold: Sequence[Sold], day: date, table: Mechanicals | None) -> list[Terms]:
    """What is agreed on a day for each cut, in two queries however many there are; `table` is that of the day."""
    agreed = _contracts([item.seller for item in sold], day)
    shared = _splits(_subjects(sold), day)
    return [Terms(agreed.get(item.seller), table, shared) for item in sold]


def as_decided(sold: Sold, owed: Owed) -> Terms:
    """The very versions that a decision rested on, whatever is agreed by now."""
    agreed = ContractVersion.objects.filter(party_uid=sold.seller, version=owed.contract or 0).first()
    table = MechanicalsVersion.objects.filter(version=owed.mechanicals or 0).first()
    wanted = Q(pk__in=[])
    for subject, version in owed.splits.items():
        wanted |= Q(subject_uid=subject, version=version)
    return Terms(
        contract=_contract(agreed) if agreed else None,
        mechanicals=terms.mechanicals(table.terms, table.version) if table else None,
        splits={row.subject_uid: _split(row) for row in SplitVersion.objects.filter(wanted)},
    )


def splits_of(subject_uid: UUID) -> list[Split]:
    """Every version of the split of a recording or work, oldest first."""
    return [_split(row) for row in SplitVersion.objects.filter(subject_uid=subject_uid).order_by("version")]


def units(wanted: Iterable[tuple[UUID, Period]]) -> dict[tuple[UUID, Period], int]:
    """How many units of each party are counted in each period so far; one query, none where nothing is wanted."""
    counters = {(party_uid, str(period)): (party_uid, period) for party_uid, period in wanted}
    parties, periods = {party for party, _ in counters}, {period for _, period in counters}
    rows = UnitCount.objects.filter(party_uid__in=parties, period__in=periods) if counters else ()
    known = {(row.party_uid, row.period): row.units for row in rows}
    return {counter: known.get(name, 0) for name, counter in counters.items()}


def due(party_uid: UUID, period: Period, currency: str) -> Due:
    """What a party is to be paid for a period: as it was settled, else as the books stand now, to look at."""
    settled = Settlement.objects.filter(party_uid=party_uid, period=str(period), currency=currency).first()
    if settled is not None:
        return facts.read(settled.facts)
    agreed = contract_on(party_uid, period.last_day)
    of = Of(party_uid, str(period), currency, agreed.version if agreed else None)
    payment = agreed.payment if agreed else Payment()
    return payouts.reckon(of, _standing(party_uid, period, currency, payment), payment)


def settled(party_uid: UUID, currency: str) -> list[Due]:
    """Every settled period of a party in a currency, oldest first."""
    rows = Settlement.objects.filter(party_uid=party_uid, currency=currency).order_by("id")
    return [facts.read(row.facts) for row in rows]


def payouts_until(last_day: date, currency: str) -> list[Due]:
    """What settled periods that end with a day pay out, months, quarters and years alike; one query.

    Parties that are paid nothing, because all is carried forward, are left out.
    """
    return [due for due in settled_until(last_day) if due.currency == currency and due.payout_micro > 0]


def settled_until(last_day: date) -> list[Due]:
    """What settled periods that end with a day came to, in every currency, also where nothing is paid; one query."""
    names = [str(period) for length in LENGTHS if (period := Period.of(last_day, length)).last_day == last_day]
    return [facts.read(row.facts) for row in Settlement.objects.filter(period__in=names).order_by("party_uid")]


def settled_ends() -> list[date]:
    """The last days of all periods that are settled, the latest first; one query."""
    names = Settlement.objects.order_by().values_list("period", flat=True).distinct()
    return sorted({Period.parse(name).last_day for name in names}, reverse=True)


def currencies(party_uid: UUID) -> list[str]:
    """The currencies in which something was ever owed to a party, in order."""
    found = Posting.objects.filter(account__code=accounts.payable(party_uid))
    return sorted(set(found.values_list("currency", flat=True).distinct()))


def _standing(party_uid: UUID, period: Period, currency: str, payment: Payment) -> payouts.Standing:
    """Where a party's accounts stand. Settlements of earlier periods belong to the opening, whenever posted."""
    payable = accounts.payable(party_uid)
    start, end = (-books.balance(payable, currency, before=moment) for moment in (period.start, period.end))
    held = -books.balance(accounts.reserve(party_uid), currency, before=period.end)
    settled_late = _settled_in(payable, period, currency)
    return payouts.Standing(
        opening_micro=start + settled_late,
        earned_micro=end - start - settled_late,
        advance_micro=max(books.balance(accounts.advance(party_uid), currency, before=period.end), 0),
        reserve_free_micro=max(held - _held_lately(party_uid, period, currency, payment.reserve_periods), 0),
    )


def _settled_in(payable: str, period: Period, currency: str) -> int:
    """What settlements took within a period; those of earlier periods, for its own is still to come."""
    found = Posting.objects.filter(
        account__code=payable,
        account__currency=currency,
        transaction__kind=SETTLED,
        transaction__booked_at__gte=period.start,
        transaction__booked_at__lt=period.end,
    )
    return -(found.aggregate(total=Sum("amount_micro"))["total"] or 0)


def _held_lately(party_uid: UUID, period: Period, currency: str, count: int) -> int:
    """What was held back in the periods whose reserve is not free yet."""
    names = [str(period.later(-back)) for back in range(1, count)]
    rows = Settlement.objects.filter(party_uid=party_uid, currency=currency, period__in=names)
    return sum(facts.read(row.facts).reserve_held_micro for row in rows)


def _contracts(party_uids: Iterable[UUID], day: date) -> dict[UUID, Contract]:
    rows = ContractVersion.objects.filter(party_uid__in=set(party_uids), starts_on__lte=day).order_by("version")
    newest = {row.party_uid: row for row in rows}
    return {party: _contract(row) for party, row in newest.items()}


def _splits(subjects: set[UUID], day: date) -> Mapping[UUID, Split]:
    rows = SplitVersion.objects.filter(subject_uid__in=subjects, starts_on__lte=day).order_by("version")
    newest = {row.subject_uid: row for row in rows}
    return {subject: _split(row) for subject, row in newest.items()}


def _subjects(sold: Iterable[Sold]) -> set[UUID]:
    """The recordings and works of the cuts."""
    pieces = [piece for item in sold for piece in item.pieces]
    return {piece.recording for piece in pieces} | {work for piece in pieces for work, _ in piece.works or ()}


def _contract(row: ContractVersion) -> Contract:
    return terms.contract(row.terms, row.party_uid, row.version)


def _split(row: SplitVersion) -> Split:
    return Split(row.subject_uid, row.version, row.starts_on, splits.read(row.whole, row.shares))
