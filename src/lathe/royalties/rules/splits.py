"""Splits as they are kept: whole numbers over one denominator, so that the database can add them up."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any
from uuid import UUID

from lathe.royalties.errors import RoyaltyError

Shares = Sequence[tuple[UUID | None, Fraction]]
_LARGEST = 10**12


def check(shares: Shares) -> None:
    """Raise RoyaltyError unless the shares make one, none is nothing, and no party comes twice."""
    if not shares or any(share <= 0 for _, share in shares):
        raise RoyaltyError("A split names at least one party, and every share is more than nothing.")
    total = sum((share for _, share in shares), Fraction(0))
    if total != 1:
        raise RoyaltyError(f"The shares of a split make one; these make {total}. Correct them, as in 1/2 and 1/2.")
    parties = [party for party, _ in shares]
    if len(set(parties)) != len(parties):
        raise RoyaltyError("A party comes twice in this split; add its shares up.")
    if lcm(*(share.denominator for _, share in shares)) > _LARGEST:
        raise RoyaltyError("These shares are finer than the books keep; write them with smaller denominators.")


def plain(shares: Shares) -> tuple[int, list[dict[str, Any]]]:
    """The common denominator, and each party's count of it. Raises RoyaltyError (see `check`)."""
    check(shares)
    whole = lcm(*(share.denominator for _, share in shares))
    return whole, [{"party": str(party) if party else None, "count": int(share * whole)} for party, share in shares]


def read(whole: int, counts: Sequence[dict[str, Any]]) -> tuple[tuple[UUID | None, Fraction], ...]:
    """What `plain` wrote."""
    return tuple((UUID(item["party"]) if item["party"] else None, Fraction(item["count"], whole)) for item in counts)
