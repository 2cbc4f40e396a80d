"""What waits in suspense, decided once more when more is known: what had a party already stays as it was."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from lathe.basics.money import split
from lathe.royalties.rules import owing
from lathe.royalties.rules.contracts import Split
from lathe.royalties.rules.decisions import RECORDING, WORK, Owed, Part
from lathe.royalties.rules.owing import Piece, Sold, Terms


def resolve(old: Owed, sold: Sold, then: Terms, now: Terms) -> Owed:
    """Give a party to what waits, where one is known `now`; `then` are the terms that the old decision rested on.

    A cut without a contract is decided by the contract there is now. The share of nobody in a split goes to those who
    have more in the new split than they had, in proportion to how much more; what is nobody's there waits on. What
    waits for the works of a recording goes to those that are known now; if none of them is protected, to nobody: it
    is left over.
    """
    new = owing.owed(sold, now)
    parts: list[Part] = []
    for part in old.parts:
        parts += [part] if part.party else _resolved(part, new, sold, (then, now))
    waited = {part.subject for part in old.parts if part.subject}
    touched = waited | {work for recording in waited for work, _ in new.works.get(recording, ())}
    parts = [part for part in owing.merged(parts) if part.amount_micro]
    if set(parts) == set(old.parts):
        return old
    is_decided = any(part.party is None and part.subject is None for part in set(old.parts) - set(parts))
    return replace(
        old,
        parts=tuple(parts),
        contract=new.contract if is_decided else old.contract,
        splits={**old.splits, **{key: version for key, version in new.splits.items() if key in touched or is_decided}},
        works={**new.works, **old.works},
        unit=new.unit if is_decided else old.unit,
        period=new.period if is_decided else old.period,
        is_resolved=True,
    )


def rescaled(decided: Owed, made: Owed) -> Owed:
    """A decision at another price (`made`) for a cut of which something had waited: shared as it is shared by now.

    The whole of each role is that of `made`; each party keeps its part in it.
    """
    parts: list[Part] = []
    for role in (RECORDING, WORK):
        whole = sum(part.amount_micro for part in made.parts if part.role == role)
        had = [part for part in decided.parts if part.role == role]
        amounts = split(whole, [part.amount_micro for part in had]) if had else []
        parts += [replace(part, amount_micro=amount) for part, amount in zip(had, amounts, strict=True) if amount]
    return replace(made, parts=tuple(parts), splits=decided.splits, is_resolved=True)


def _resolved(part: Part, new: Owed, sold: Sold, terms: tuple[Terms, Terms]) -> list[Part]:
    if part.subject is None:
        decided = [one for one in new.parts if one.role == RECORDING]
        return [part] if any(not one.rule for one in decided) else decided
    then, now = terms
    if part.role == RECORDING or part.subject not in {piece.recording for piece in sold.pieces}:
        return _divided(part, then.splits.get(part.subject), now.splits.get(part.subject))
    piece = next(piece for piece in sold.pieces if piece.recording == part.subject)
    return _over_works(part, piece, now)


def _over_works(part: Part, piece: Piece, now: Terms) -> list[Part]:
    if piece.works is None:
        return [part]
    if not piece.works:
        return []
    amounts = split(part.amount_micro, [share for _, share in piece.works])
    each = [replace(part, subject=work, amount_micro=n) for (work, _), n in zip(piece.works, amounts, strict=True)]
    return [one for item in each for one in _divided(item, None, now.splits.get(item.subject or piece.recording))]


def _divided(part: Part, then: Split | None, now: Split | None) -> list[Part]:
    """Divide what waits by what the new split gives each beyond the old one."""
    if now is None:
        return [part]
    had: dict[UUID | None, Fraction] = {party: share for party, share in then.shares if party} if then else {}
    more = [(party, max(share - had.get(party, Fraction(0)), Fraction(0))) for party, share in now.shares]
    if not any(share for _, share in more):
        return [part]
    amounts = split(part.amount_micro, [share for _, share in more])
    return [
        replace(part, party=party, amount_micro=amount, subject=None if party else part.subject)
        for (party, _), amount in zip(more, amounts, strict=True)
    ]
