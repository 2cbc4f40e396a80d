"""Replays royalties: what was kept for each line must be what its terms come to, and what stands in the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch, QuerySet, Sum

from lathe.catalogue.models import Track
from lathe.ledger import accounts
from lathe.ledger.models import Posting
from lathe.royalties.models import UnitCount
from lathe.royalties.rules.decisions import Owed
from lathe.sales import owing
from lathe.sales.models import Order, OrderLine

KINDS = ("sale", "gift", "true-up", "suspense-release", "refund", "chargeback")
"""The transactions that decide or undo what a line owes; escrow and payouts move it on afterwards."""

Sums = dict[str, int]


@dataclass(frozen=True)
class Finding:
    """A line or counter that is wrong: what is about it, and a sentence."""

    subject: str
    sentence: str


@dataclass(frozen=True)
class Report:
    """What was looked at, and what was found wrong; no findings is the good answer."""

    lines: int
    findings: tuple[Finding, ...]


def check() -> Report:
    """Look through every line that was settled, in one pass over lines and books; memory does not grow with them."""
    count, findings = 0, list(_units())
    books = _booked()
    booked = next(books, None)
    for line in _lines().iterator(chunk_size=500):
        while booked is not None and booked[0] < str(line.uid):
            booked = next(books, None)
        found = booked[1] if booked is not None and booked[0] == str(line.uid) else {}
        findings += _of_line(line, found)
        count += 1
    return Report(count, tuple(findings))


def _lines() -> QuerySet[OrderLine]:
    tracks = Track.objects.select_related("recording__master").defer("recording__master__envelope")
    settled = OrderLine.objects.exclude(royalties={}).select_related(
        "order__storefront", "release", "track__recording__master"
    )
    return settled.prefetch_related(Prefetch("release__tracks", queryset=tracks)).order_by("uid")


def _booked() -> Iterator[tuple[str, Sums]]:
    """What each line's accounts of rights holders come to, by line in order; owed is positive."""
    rows = (
        Posting.objects.filter(transaction__kind__in=KINDS, account__kind="liability")
        .exclude(line="")
        .values_list("line", "account__code")
        .annotate(total=Sum("amount_micro"))
        .order_by("line", "account__code")
    )
    for line, group in groupby(rows.iterator(chunk_size=2000), key=lambda row: row[0]):
        yield line, {code: -total for _, code, total in group if total and _is_owed(code)}


def _is_owed(code: str) -> bool:
    return code == accounts.suspense() or code.startswith(accounts.payable(""))


def _of_line(line: OrderLine, booked: Sums) -> Iterator[Finding]:
    kept = owing.kept(line)
    expected = _sums(kept.owed) if line.order.state == Order.State.PAID else {}
    if booked != expected:
        yield Finding(str(line.uid), f"The books say {booked} of line {line.uid}, and its decision says {expected}.")
    again = owing.replayed(line)
    if not kept.owed.is_resolved and again != kept.owed:
        sentence = (
            f"By the terms that line {line.uid} rested on it owes {_sums(again)}, and it keeps {_sums(kept.owed)}."
        )
        yield Finding(str(line.uid), sentence)


def _sums(owed: Owed) -> Sums:
    sums: Sums = {}
    for part in owed.parts:
        code = accounts.payable(part.party) if part.party else accounts.suspense()
        sums[code] = sums.get(code, 0) + part.amount_micro
    return sums


def _units() -> Iterator[Finding]:
    """Counters that are not what the numbers kept on the lines come to: 1 to the count, each once."""
    for row in UnitCount.objects.order_by("party_uid", "period"):
        lines = OrderLine.objects.filter(party_uid=row.party_uid, royalties__period=row.period)
        numbers = sorted(lines.values_list("royalties__unit", flat=True))
        if numbers != list(range(1, row.units + 1)):
            sentence = (
                f"{row.units} units of {row.party_uid} are counted in {row.period}; its lines keep {len(numbers)}."
            )
            yield Finding(str(row.party_uid), sentence)
