"""Short ways to write terms and sales for tests."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from lathe.royalties.rules import terms
from lathe.royalties.rules.contracts import Contract, Mechanicals, Split
from lathe.royalties.rules.decisions import Owed
from lathe.royalties.rules.owing import Piece, Sold
from lathe.royalties.rules.rates import Basis
from lathe.royalties.rules.scopes import Ask

LABEL, GUEST, PUBLISHER, SOCIETY = (UUID(int=n) for n in range(1, 5))
SONG, OTHER_SONG, THIRD_SONG = (UUID(int=n) for n in range(11, 14))
WORK, OTHER_WORK = (UUID(int=n) for n in range(21, 23))
DAY = date(2026, 10, 5)

UK = [
    {"tracks": tracks, "each": each}
    for tracks, each in [
        (1, "0.05GBP"),
        (2, "0.045GBP"),
        (5, "0.04GBP"),
        (9, "0.035GBP"),
        (13, "0.03GBP"),
        (17, "0.025GBP"),
        (30, "0.02GBP"),
    ]
]


def contract(*rules: dict[str, Any], **more: Any) -> Contract:
    return terms.contract({"starts_on": date(2026, 1, 1), "rule": list(rules), **more}, LABEL, 1)


def mechanicals(*rules: dict[str, Any]) -> Mechanicals:
    return terms.mechanicals({"starts_on": date(2026, 1, 1), "rule": list(rules)}, 1)


def split(subject: UUID, *shares: tuple[UUID | None, Any]) -> Split:
    return Split(subject, 1, date(2026, 1, 1), tuple(shares))


def ask(territory: str = "DE", currency: str = "EUR", **more: Any) -> Ask:
    given = {"use": "PermanentDownload", "storefront": "main", "day": DAY}
    return Ask(territory=territory, currency=currency, **{**given, **more})


def basis(net_micro: int, *durations_s: int, currency: str = "EUR", **more: Any) -> Basis:
    durations = tuple(seconds * 1000 for seconds in durations_s or (180,))
    given = {"price_micro": net_micro, "ppd_micro": None}
    return Basis(currency=currency, net_micro=net_micro, durations_ms=durations, **{**given, **more})


def sold(net_micro: int, *pieces: Piece, where: Ask | None = None, **more: Any) -> Sold:
    given = {"price_micro": net_micro, "ppd_micro": None, "pieces": pieces or (Piece(SONG, 180_000),)}
    return Sold(seller=LABEL, ask=where or ask(), net_micro=net_micro, **{**given, **more})


def amounts(owed: Owed) -> dict[UUID | None, int]:
    """What each party is owed in all; None is suspense."""
    sums: dict[UUID | None, int] = {}
    for part in owed.parts:
        sums[part.party] = sums.get(part.party, 0) + part.amount_micro
    return sums
