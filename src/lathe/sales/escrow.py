"""Escrow: what is owed for music in dispute is kept apart, line by line, until it is known whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch, Q, prefetch_related_objects

from lathe.basics import clock
from lathe.basics.money import split
from lathe.catalogue.models import Track
from lathe.ledger import accounts
from lathe.ledger import actions as ledger
from lathe.ledger import queries as books
from lathe.ledger.entries import Entry, credit, debit
from lathe.ledger.events import transfers
from lathe.ledger.models import Account
from lathe.rights.models import Case
from lathe.royalties.rules.decisions import RECORDING, Part
from lathe.sales import owing
from lathe.sales.models import Order, OrderLine

BATCH = 400
"""Lines in one transaction of the books."""
_TRACKS = Track.objects.select_related("recording__master").defer("recording__master__envelope", "lyrics")


class _Part(NamedTuple):
    """What one line owes to one party for its recordings."""

    party: UUID
    currency: str
    line: OrderLine
    micro: int


def disputed(case: Case) -> list[OrderLine]:
    """The lines sold, and not undone since, that a case is about, the newest first: of its release, or of its track
    alone or with the release."""
    lines = OrderLine.objects.filter(release=case.release_id, order__state=Order.State.PAID, refunded_at__isnull=True)
    if case.track_id is not None:
        lines = lines.filter(Q(track=None) | Q(track=case.track_id))
    return list(lines.select_related("order", "release").order_by("-order__paid_at", "-id"))


def held(case: Case) -> dict[str, int]:
    """What a case's escrow holds now, in millionths by currency."""
    sums: dict[str, int] = {}
    for _, account in _accounts(case):
        sums[account.currency] = sums.get(account.currency, 0) - books.balance(account.code, account.currency)
    return sums


def hold(*, case: Case) -> dict[str, int]:
    """Move what is owed for the recordings in dispute from each party's payable to the case's escrow.

    In the caller's transaction; returns millionths by currency. What authors are owed is not in dispute. Of what was
    paid out before nothing is left to move: the newest lines come first, and no more is moved than the account holds.
    """
    moved: dict[str, int] = {}
    key = attrgetter("party", "currency")
    for (party, currency), group in groupby(sorted(_parts(case), key=key), key=key):
        entries = _to_hold(case, party, currency, [(str(one.line.uid), one.micro) for one in group])
        _post(f"escrow:{case.uid}:{party}:{currency}", case, entries)
        moved[currency] = moved.get(currency, 0) + sum(entry.amount_micro for entry in entries[::2])
    return {currency: micro for currency, micro in moved.items() if micro}


def release(*, case: Case, to: UUID | None, key: str) -> dict[str, int]:
    """Move all that a case's escrow still holds to what is payable to a party, or back to those it was held from.

    In the caller's transaction; returns millionths by currency.
    """
    return _release(case, None, to, key)


def give_back(*, lines: Sequence[OrderLine], key: str) -> None:
    """Move what an escrow holds for these lines, or gave to another party, back to the parties of the sale.

    In the caller's transaction; then undoing the sale by its own postings takes it from where it is. `key` is an opaque
    id of what is undone.
    """
    names = [str(line.uid) for line in lines]
    for case in Case.objects.filter(release__in={line.release_id for line in lines}):
        _release(case, names, None, f"escrow-back:{case.uid}:{key}")
        _take_back(case, names, key)


def _take_back(case: Case, names: Sequence[str], key: str) -> None:
    """Undo for these lines what a case gave to another party."""
    entries: list[Entry] = []
    given = books.postings_keyed(str(case.uid), f"reassign:{case.uid}:", names)
    for taken, paid in zip(given[::2], given[1::2], strict=True):
        owner = accounts.payable(taken.account.code.rpartition(":")[2])
        entries.append(debit(paid.account.code, paid.currency, taken.amount_micro, paid.line))
        entries.append(credit(owner, paid.currency, taken.amount_micro, paid.line))
    _post(f"reassign-back:{case.uid}:{key}", case, entries)


def _release(case: Case, names: Sequence[str] | None, to: UUID | None, key: str) -> dict[str, int]:
    """Pairs of entries, a debit of the escrow and a credit of the payable for each line; of all lines where None."""
    entries: dict[str, list[Entry]] = {}
    for party, account in _accounts(case):
        lines = books.by_line(account.code, account.currency, books.lines_of(account.code) if names is None else names)
        for line, micro in sorted(lines.items()):
            if micro:
                made = transfers.out_of_escrow(case.uid, party, to or party, account.currency, -micro, line)
                entries.setdefault(account.currency, []).extend(made)
    for currency, made in entries.items():
        _post(f"{key}:{currency}", case, made)
    return {currency: sum(entry.amount_micro for entry in made[::2]) for currency, made in entries.items()}


def _to_hold(case: Case, party: UUID, currency: str, wanted: Sequence[tuple[str, int]]) -> list[Entry]:
    """Pairs of entries, a debit of the payable and a credit of the escrow for each line, the newest first."""
    code = accounts.payable(party)
    ledger.lock_account(code=code, currency=currency)
    left = max(0, -books.balance(code, currency))
    owed = books.by_line(code, currency, [line for line, _ in wanted])
    entries: list[Entry] = []
    for line, part_micro in wanted:
        micro = min(part_micro, max(0, -owed.get(line, 0)), left)
        left -= micro
        if micro:
            entries += transfers.into_escrow(case.uid, party, currency, micro, line)
    return entries


def _parts(case: Case) -> list[_Part]:
    """What each line owes to whom for the recordings in dispute, as it was decided, in the order of the lines."""
    lines = disputed(case)
    exact = _of_track(case, lines)
    return [
        _Part(part.party, line.order.currency, line, part.amount_micro)
        for line in lines
        for part in (exact[line.uid] if line.uid in exact else owing.kept(line).owed.parts)
        if part.role == RECORDING and part.party is not None
    ]


def _of_track(case: Case, lines: Sequence[OrderLine]) -> dict[UUID, list[Part]]:
    """Of lines that brought a disputed track with others, what its recording's parties are owed, by the line's uid.

    Where a line does not keep whose parts they are (see `owing.of_recording`), of each party's part so much as the
    track is long.
    """
    if case.track is None:
        return {}
    whole = [line for line in lines if line.track_id is None]
    prefetch_related_objects(whole, "order__storefront", Prefetch("release__tracks", queryset=_TRACKS))
    found = owing.of_recording(whole, case.track.recording.uid)
    return {line.uid: found[line.uid] if line.uid in found else _by_length(case, line) for line in whole}


def _by_length(case: Case, line: OrderLine) -> list[Part]:
    tracks = owing.tracks_of(line)
    place = next(place for place, track in enumerate(tracks) if track.id == case.track_id)
    weights = [track.master.samples for track in tracks]
    parts = owing.kept(line).owed.parts
    return [replace(part, amount_micro=split(part.amount_micro, weights)[place]) for part in parts]


def _accounts(case: Case) -> list[tuple[UUID, Account]]:
    """The escrow accounts of a case, each with the party it was held from."""
    beginning = accounts.escrow(case.uid, "")
    found = Account.objects.filter(code__startswith=beginning).order_by("code", "currency")
    return [(UUID(account.code.removeprefix(beginning)), account) for account in found]


def _post(key: str, case: Case, entries: Sequence[Entry]) -> None:
    """Write pairs of entries, so many at a time; nothing where there are none."""
    for start in range(0, len(entries), 2 * BATCH):
        ledger.post(
            key=f"{key}:{start}",
            kind="escrow",
            subject=str(case.uid),
            occurred_at=clock.now(),
            entries=entries[start : start + 2 * BATCH],
        )
